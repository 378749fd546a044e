"""The issuer's signing key, and the public keys that tokens are verified with."""

import hashlib
import json
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from app.core.config import Settings
from app.core.generated_file import read_or_create

KEY_FILE = "signing-key.pem"
DEVELOPMENT_PREFIX = "dev-"
"""Starts the id of every generated key, so that production can tell and refuse one."""

MIN_RSA_BITS = 2048

KEY_ID = re.compile(r"[A-Za-z0-9_.-]{1,128}")
"""The names of keys that are looked up at all."""


class Algorithm(StrEnum):
    """The signature algorithms we issue and accept."""

    RS256 = "RS256"
    ES256 = "ES256"


@dataclass(frozen=True, eq=False)
class VerificationKey:
    """A public key, and the one algorithm it may be used with."""

    kid: str
    algorithm: Algorithm
    public_key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey


@dataclass(frozen=True, eq=False)
class SigningKey:
    """The private key of our own issuer."""

    kid: str
    algorithm: Algorithm
    private_key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

    @property
    def verification_key(self) -> VerificationKey:
        """The half of it that anybody may have."""
        return VerificationKey(self.kid, self.algorithm, public_key=self.private_key.public_key())


class UnknownKeyError(LookupError):
    """An issuer has no key of this id."""


class KeySource(Protocol):
    """Where the keys of one issuer come from."""

    async def get(self, kid: str) -> VerificationKey:
        """Look a key up.

        Raises:
            UnknownKeyError: The issuer has no such key.
            Unavailable: The keys cannot be had now, so nobody can say.
        """


class OwnKeys:
    """The keys of our own issuer: always at hand."""

    def __init__(self, *keys: VerificationKey) -> None:
        self._keys = {key.kid: key for key in keys}

    async def get(self, kid: str) -> VerificationKey:
        """Look a key up.

        Raises:
            UnknownKeyError: It is none of ours.
        """
        try:
            return self._keys[kid]
        except KeyError:
            raise UnknownKeyError(kid) from None


def load_signing_key(settings: Settings) -> SigningKey:
    """Load the key that the settings name, or in development one generated on first start.

    Raises:
        ValueError: The key cannot be used, or production has none; the message is one line.
    """
    if settings.token_signing_key is not None:
        # A container's environment file has no line breaks, and PEM has no backslashes.
        pem = settings.token_signing_key.get_secret_value().replace("\\n", "\n")
        return _signing_key(pem.encode(), "TOKEN_SIGNING_KEY")
    if settings.is_production:
        raise ValueError("TOKEN_SIGNING_KEY is not set: production generates no key")
    path = settings.ims_state_dir / KEY_FILE
    return _signing_key(read_or_create(path, _new_key), str(path), prefix=DEVELOPMENT_PREFIX)


def jwks_document(*keys: VerificationKey) -> dict[str, list[dict[str, str]]]:
    """Describe public keys as a JSON Web Key Set (RFC 7517)."""
    return {
        "keys": [
            _public_members(key.public_key)
            | {"kid": key.kid, "use": "sig", "alg": key.algorithm.value}
            for key in keys
        ]
    }


def _signing_key(pem: bytes, origin: str, *, prefix: str = "") -> SigningKey:
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ValueError(f"{origin} is not a private key in PEM form without password") from None
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= MIN_RSA_BITS:
        algorithm = Algorithm.RS256
    elif isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1):
        algorithm = Algorithm.ES256
    else:
        raise ValueError(f"{origin} must be RSA of {MIN_RSA_BITS} bits or more, or EC on P-256")
    return SigningKey(prefix + thumbprint(key.public_key()), algorithm, private_key=key)


def _new_key() -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, encryption_algorithm=NoEncryption()
    )


def thumbprint(key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey) -> str:
    """Name a public key by its own numbers (RFC 7638)."""
    members = json.dumps(_public_members(key), sort_keys=True, separators=(",", ":"))
    return _base64url(hashlib.sha256(members.encode()).digest())


def _public_members(key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey) -> dict[str, str]:
    if isinstance(key, rsa.RSAPublicKey):
        modulus, exponent = key.public_numbers().n, key.public_numbers().e
        return {"kty": "RSA", "n": _integer(modulus), "e": _integer(exponent)}
    point = key.public_numbers()
    return {"kty": "EC", "crv": "P-256", "x": _integer(point.x, 32), "y": _integer(point.y, 32)}


def _integer(value: int, size: int | None = None) -> str:
    return _base64url(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


def _base64url(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()
