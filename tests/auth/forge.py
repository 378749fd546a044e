"""Makes tokens, right and wrong ones, without the code or the library under test."""

import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from app.auth.claims import TokenRules
from app.auth.keys import Algorithm, OwnKeys, VerificationKey, thumbprint

NOW = int(time.time())
EXPIRES = NOW + 12 * 3600
"""Later than any run of the tests ends, some of which go by the real clock."""

LOGIN = UUID("6d0f0e0c-3a52-4b9c-9d1e-0d9f5b7a4c11")
RULES = TokenRules(
    issuer="https://issuer.example/",
    audience="https://api.example",
    site_ids_claim="site_ids",
    accepts_development_keys=True,
)

RSA_KEY = rsa.generate_private_key(65537, 2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())
STRANGERS_KEY = rsa.generate_private_key(65537, 2048)
KID = thumbprint(RSA_KEY.public_key())
KEYS = OwnKeys(
    VerificationKey(KID, Algorithm.RS256, public_key=RSA_KEY.public_key()),
    VerificationKey("ec", Algorithm.ES256, public_key=EC_KEY.public_key()),
)

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def encode(part: bytes | Mapping[str, Any]) -> str:
    """Write one part of a token."""
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def header(**changes: Any) -> dict[str, Any]:
    """Describe an RS256 token of ours; an Ellipsis takes a member out."""
    return _changed({"alg": "RS256", "kid": KID, "typ": "at+jwt"}, changes)


def claims(**changes: Any) -> dict[str, Any]:
    """Say what a good token says; an Ellipsis takes a claim out."""
    good = {
        "iss": RULES.issuer,
        "aud": RULES.audience,
        "sub": "7",
        "sid": str(LOGIN),
        "iat": NOW,
        "exp": EXPIRES,
    }
    return _changed(good, changes)


def token(
    payload: bytes | Mapping[str, Any] | None = None, *, key: PrivateKey = RSA_KEY, **head: Any
) -> str:
    """Sign these claims (or these very bytes) under the header with these changes."""
    signed = f"{encode(header(**head))}.{encode(claims() if payload is None else payload)}"
    return f"{signed}.{encode(sign(signed.encode(), key))}"


def token_with_header(raw: bytes) -> str:
    """Sign good claims under a header of these very bytes."""
    signed = f"{encode(raw)}.{encode(claims())}"
    return f"{signed}.{encode(sign(signed.encode(), RSA_KEY))}"


def sign(message: bytes, key: PrivateKey) -> bytes:
    """Sign as RS256 or ES256 do."""
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(message, padding.PKCS1v15(), algorithm=SHA256())
    r, s = decode_dss_signature(key.sign(message, ec.ECDSA(SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def _changed(good: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in (good | changes).items() if value is not ...}
