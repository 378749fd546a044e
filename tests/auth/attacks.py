"""Tokens that must be refused, each with the rule that has to catch it."""

import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.auth.keys import Algorithm, VerificationKey, jwks_document
from app.auth.refusals import Reason
from tests.auth.forge import (
    EC_KEY,
    EXPIRES,
    KID,
    NOW,
    RSA_KEY,
    RULES,
    STRANGERS_KEY,
    claims,
    encode,
    header,
    token,
    token_with_header,
)

Attack = Callable[[], object]


def unsigned(algorithm: str) -> str:
    """Claim that no signature is needed, and bring a meaningless one."""
    return f"{encode(header(alg=algorithm))}.{encode(claims())}.AAAA"


def keyed_with(secret: bytes) -> str:
    """Sign by HMAC, with something public as the secret."""
    signed = f"{encode(header(alg='HS256'))}.{encode(claims())}"
    return f"{signed}.{encode(hmac.digest(secret, signed.encode(), hashlib.sha256))}"


def public_key(encoding: Encoding) -> bytes:
    """Write down the key that everybody may have."""
    return RSA_KEY.public_key().public_bytes(encoding, PublicFormat.SubjectPublicKeyInfo)


def public_jwk() -> dict[str, str]:
    """Describe it as the key set does."""
    key = VerificationKey(KID, Algorithm.RS256, public_key=RSA_KEY.public_key())
    return jwks_document(key)["keys"][0]


def signed_by_sha512() -> str:
    """Sign with the right key by an algorithm that is not allowed."""
    signed = f"{encode(header(alg='RS512'))}.{encode(claims())}"
    signature = RSA_KEY.sign(signed.encode(), padding.PKCS1v15(), algorithm=SHA512())
    return f"{signed}.{encode(signature)}"


def with_parts(*, payload: str | None = None, signature: str | None = None) -> str:
    """Exchange a part of a good token."""
    head, good_payload, good_signature = token().split(".")
    return f"{head}.{payload or good_payload}.{signature or good_signature}"


def flipped() -> str:
    """Change the first bits of a good signature."""
    signature = token().split(".")[2]
    return with_parts(signature=("B" if signature[0] == "A" else "A") + signature[1:])


def loose_bits() -> str:
    """Write a good signature in its other, sloppy form: set bits that do not count."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    signature = token().split(".")[2]
    return with_parts(signature=signature[:-1] + alphabet[alphabet.index(signature[-1]) + 1])


def raw_claims(old: str, new: str) -> str:
    """Sign claims whose JSON text has been edited."""
    text = json.dumps(claims())
    assert old in text
    return token(text.replace(old, new).encode())


def claim(**changes: Any) -> Attack:
    """Sign good claims but for these."""
    return lambda: token(claims(**changes))


def head(**changes: Any) -> Attack:
    """Sign good claims under a header good but for these."""
    return lambda: token(**changes)


FORM: dict[str, tuple[Reason, Attack]] = {
    "empty": (Reason.SHAPE, lambda: ""),
    "bytes": (Reason.SHAPE, lambda: token().encode()),
    "none": (Reason.SHAPE, lambda: None),
    "dots only": (Reason.SHAPE, lambda: ".."),
    "two parts": (Reason.SHAPE, lambda: token().rsplit(".", 1)[0]),
    "four parts": (Reason.SHAPE, lambda: token() + ".x"),
    "five parts, as encrypted tokens have": (Reason.SHAPE, lambda: "a.b.c.d.e"),
    "leading space": (Reason.SHAPE, lambda: " " + token()),
    "trailing line break": (Reason.SHAPE, lambda: token() + "\n"),
    "NUL inside": (Reason.SHAPE, lambda: token() + "\x00"),
    "letter beyond ASCII": (Reason.SHAPE, lambda: token() + "é"),
    "digit beyond ASCII": (Reason.SHAPE, lambda: token() + "\u0663"),
    "lone surrogate": (Reason.SHAPE, lambda: token() + "\ud800"),
    "padding": (Reason.SHAPE, lambda: token() + "=="),
    "plain base64 alphabet": (Reason.SHAPE, lambda: with_parts(signature="+/+/")),
    "one byte over 8 KiB": (Reason.SHAPE, lambda: token().ljust(8193, "A")),
    "1 MiB": (Reason.SHAPE, claim(x="a" * 2**20)),
    "impossible base64 length": (Reason.ENCODING, lambda: with_parts(signature="AAAAA")),
    "loose bits at the end": (Reason.ENCODING, loose_bits),
}

HEADER: dict[str, tuple[Reason, Attack]] = {
    "header no JSON": (Reason.JSON, lambda: token_with_header(b"{")),
    "header array": (Reason.JSON, lambda: token_with_header(b'["alg"]')),
    "header not UTF-8": (Reason.JSON, lambda: token_with_header(b'{"alg":"\xff"}')),
    "header UTF-16": (
        Reason.JSON,
        lambda: token_with_header(json.dumps(header()).encode("utf-16")),
    ),
    "header with two algorithms": (
        Reason.JSON,
        lambda: token_with_header(b'{"alg":"none","alg":"RS256","kid":"rsa","typ":"at+jwt"}'),
    ),
    "header depth bomb": (Reason.JSON, lambda: token_with_header(b"[" * 5000)),
    "alg none, no signature": (Reason.SHAPE, lambda: unsigned("none").removesuffix("AAAA")),
    "alg none": (Reason.ALGORITHM, lambda: unsigned("none")),
    "alg nOnE": (Reason.ALGORITHM, lambda: unsigned("nOnE")),
    "alg missing": (Reason.ALGORITHM, head(alg=...)),
    "alg in lower case": (Reason.ALGORITHM, head(alg="rs256")),
    "alg list": (Reason.ALGORITHM, head(alg=["RS256"])),
    "alg null": (Reason.ALGORITHM, head(alg=None)),
    "alg RS512": (Reason.ALGORITHM, signed_by_sha512),
    "HS256 by the public key as PEM": (
        Reason.ALGORITHM,
        lambda: keyed_with(public_key(Encoding.PEM)),
    ),
    "HS256 by the public key as DER": (
        Reason.ALGORITHM,
        lambda: keyed_with(public_key(Encoding.DER)),
    ),
    "HS256 by the public key as JWK": (
        Reason.ALGORITHM,
        lambda: keyed_with(json.dumps(public_jwk()).encode()),
    ),
    "HS256 by an empty key": (Reason.ALGORITHM, lambda: keyed_with(b"")),
    "ES256 for an RSA key": (Reason.KEY_ALGORITHM, head(alg="ES256", key=EC_KEY)),
    "RS256 for an EC key": (Reason.KEY_ALGORITHM, head(kid="ec")),
    "kid missing": (Reason.KEY_ID, head(kid=...)),
    "kid path with slashes": (Reason.KEY_ID, head(kid="../../dev/null")),
    "kid SQL": (Reason.KEY_ID, head(kid="rsa' or '1'='1")),
    "kid with NUL": (Reason.KEY_ID, head(kid="rsa\x00")),
    "kid with line break": (Reason.KEY_ID, head(kid="rsa\n")),
    "kid list": (Reason.KEY_ID, head(kid=["rsa"])),
    "kid empty": (Reason.KEY_ID, head(kid="")),
    "kid of 5,000": (Reason.KEY_ID, head(kid="k" * 5000)),
    "kid unknown": (Reason.UNKNOWN_KEY, head(kid="zz")),
    "kid of another of our keys": (Reason.SIGNATURE, head(kid="ec", alg="ES256")),
    "typ missing": (Reason.TYPE, head(typ=...)),
    "typ of a logout token": (Reason.TYPE, head(typ="logout+jwt")),
    "typ list": (Reason.TYPE, head(typ=["at+jwt"])),
    "jku": (Reason.HEADER_MEMBER, head(jku="https://evil.example/keys")),
    "jwk, own key": (Reason.HEADER_MEMBER, head(key=STRANGERS_KEY, jwk=public_jwk())),
    "x5u": (Reason.HEADER_MEMBER, head(x5u="https://evil.example/chain")),
    "x5c": (Reason.HEADER_MEMBER, head(x5c=["AA"])),
    "crit": (Reason.HEADER_MEMBER, head(crit=["x"])),
    "b64": (Reason.HEADER_MEMBER, head(b64=False)),
    "zip": (Reason.HEADER_MEMBER, head(zip="DEF")),
    "enc": (Reason.HEADER_MEMBER, head(enc="A256GCM")),
    "epk": (Reason.HEADER_MEMBER, head(epk={})),
}

SIGNATURE: dict[str, tuple[Reason, Attack]] = {
    "other RSA key": (Reason.SIGNATURE, head(key=STRANGERS_KEY)),
    "other payload": (Reason.SIGNATURE, lambda: with_parts(payload=encode(claims(sub="8")))),
    "bit flip": (Reason.SIGNATURE, flipped),
    "signature of one byte": (Reason.SIGNATURE, lambda: with_parts(signature="AA")),
    "signature of zeros": (Reason.SIGNATURE, lambda: with_parts(signature=encode(bytes(256)))),
    "EC signature of zeros": (
        Reason.SIGNATURE,
        lambda: f"{encode(header(alg='ES256', kid='ec'))}.{encode(claims())}.{encode(bytes(64))}",
    ),
    "expired and wrongly signed": (
        Reason.SIGNATURE,
        lambda: token(claims(iat=NOW - 999, exp=NOW - 99), key=STRANGERS_KEY),
    ),
}

CLAIMS: dict[str, tuple[Reason, Attack]] = {
    "payload array": (Reason.JSON, lambda: token(b"[1]")),
    "payload no JSON": (Reason.JSON, lambda: token(b"\x00\xff")),
    "payload depth bomb": (
        Reason.JSON,
        lambda: token(b'{"a":' + b"[" * 5000),
    ),
    "subject twice": (Reason.JSON, lambda: raw_claims('"sub"', '"sub": "8", "sub"')),
    "member twice deep inside": (
        Reason.JSON,
        lambda: raw_claims('"sub"', '"x": [{"a": 1, "a": 2}], "sub"'),
    ),
    "exp NaN": (Reason.JSON, lambda: raw_claims(str(EXPIRES), "NaN")),
    "exp Infinity": (Reason.JSON, lambda: raw_claims(str(EXPIRES), "Infinity")),
    "exp 1e400": (Reason.JSON, lambda: raw_claims(str(EXPIRES), "1e400")),
    "exp of 5,000 digits": (Reason.JSON, lambda: raw_claims(str(EXPIRES), "9" * 5000)),
    "exp of 400 digits": (Reason.TIMES, lambda: raw_claims(str(EXPIRES), "9" * 400)),
    "exp missing": (Reason.TIMES, claim(exp=...)),
    "exp null": (Reason.TIMES, claim(exp=None)),
    "exp true": (Reason.TIMES, claim(exp=True)),
    "exp text": (Reason.TIMES, claim(exp=str(EXPIRES))),
    "exp negative": (Reason.TIMES, claim(exp=-1)),
    "exp 2^53": (Reason.TIMES, claim(exp=2**53)),
    "exp in three years": (Reason.LIFETIME, claim(exp=NOW + 10**8)),
    "exp before iat": (Reason.LIFETIME, claim(exp=NOW - 1)),
    "exp 31 s ago": (Reason.EXPIRED, claim(iat=NOW - 600, exp=NOW - 31)),
    "exp 30 s ago": (Reason.EXPIRED, claim(iat=NOW - 600, exp=NOW - 30)),
    "iat missing": (Reason.TIMES, claim(iat=...)),
    "iat true": (Reason.TIMES, claim(iat=True)),
    "iat in 90 s": (Reason.NOT_YET_VALID, claim(iat=NOW + 90)),
    "nbf in 90 s": (Reason.NOT_YET_VALID, claim(nbf=NOW + 90)),
    "nbf null": (Reason.TIMES, claim(nbf=None)),
    "aud wrong": (Reason.AUDIENCE, claim(aud="https://other.example")),
    "aud missing": (Reason.AUDIENCE, claim(aud=...)),
    "aud empty list": (Reason.AUDIENCE, claim(aud=[])),
    "aud with ours at its start": (Reason.AUDIENCE, claim(aud=RULES.audience + "x")),
    "aud object": (Reason.AUDIENCE, claim(aud={RULES.audience: 1})),
    "aud list with a number": (Reason.AUDIENCE, claim(aud=[RULES.audience, 1])),
    "iss wrong": (Reason.ISSUER, claim(iss="https://evil.example/")),
    "iss missing": (Reason.ISSUER, claim(iss=...)),
    "iss without its slash": (Reason.ISSUER, claim(iss=RULES.issuer[:-1])),
    "iss list": (Reason.ISSUER, claim(iss=[RULES.issuer])),
    "iss wrong under an unknown key": (
        Reason.ISSUER,
        lambda: token(claims(iss="https://evil.example/"), kid="zz"),
    ),
    "sub missing": (Reason.SUBJECT, claim(sub=...)),
    "sub number": (Reason.SUBJECT, claim(sub=7)),
    "sub zero": (Reason.SUBJECT, claim(sub="0")),
    "sub negative": (Reason.SUBJECT, claim(sub="-7")),
    "sub in Arabic digits": (Reason.SUBJECT, claim(sub="\u0667")),
    "sub with line break": (Reason.SUBJECT, claim(sub="7\n")),
    "sub 2^63": (Reason.SUBJECT, claim(sub=str(2**63))),
    "sub of 5,000 digits": (Reason.SUBJECT, claim(sub="7" * 5000)),
    "sid missing": (Reason.LOGIN, claim(sid=...)),
    "sid number": (Reason.LOGIN, claim(sid=7)),
    "sid no UUID": (Reason.LOGIN, claim(sid="7")),
    "sid in braces": (Reason.LOGIN, claim(sid="{6d0f0e0c-3a52-4b9c-9d1e-0d9f5b7a4c11}")),
    "site ids null": (Reason.SITE_IDS, claim(site_ids=None)),
    "site ids no list": (Reason.SITE_IDS, claim(site_ids=2)),
    "site ids text": (Reason.SITE_IDS, claim(site_ids="12")),
    "site id true": (Reason.SITE_IDS, claim(site_ids=[2, True])),
    "site id text": (Reason.SITE_IDS, claim(site_ids=[2, "3"])),
    "site id fraction": (Reason.SITE_IDS, claim(site_ids=[2.0])),
    "site id list": (Reason.SITE_IDS, claim(site_ids=[[2]])),
    "site id zero": (Reason.SITE_IDS, claim(site_ids=[0])),
    "site id 2^31": (Reason.SITE_IDS, claim(site_ids=[2**31])),
}

ATTACKS = FORM | HEADER | SIGNATURE | CLAIMS
