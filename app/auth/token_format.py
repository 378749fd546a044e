"""The compact form of a signed token: read strictly, before anything of it is believed."""

import binascii
import json
import math
import re
from base64 import b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import NoReturn

from app.auth.keys import KEY_ID, Algorithm
from app.auth.refusals import Reason, TokenRefusedError

MAX_TOKEN_LENGTH = 8192

_SEGMENT = "[A-Za-z0-9_-]+"
_COMPACT = re.compile(rf"{_SEGMENT}\.{_SEGMENT}\.{_SEGMENT}")
# All others are refused: some name a key or an address to fetch one from (jwk, jku, x5c, x5u),
# some change how the rest is to be read (crit, b64, zip, enc, epk), and we need none of them.
# x5t only repeats which key it is; some providers add it, and nobody looks at it.
_HEADER_MEMBERS = frozenset({"alg", "kid", "typ", "x5t", "x5t#S256"})

ACCESS_TOKEN_TYPES = frozenset({"at+jwt", "application/at+jwt", "jwt"})
ID_TOKEN_TYPES = frozenset({"", "jwt"})
"""ID tokens need not name a type; access tokens name one here."""


@dataclass(frozen=True, slots=True)
class UnverifiedToken:
    """What a token says of itself."""

    algorithm: Algorithm
    kid: str
    claims: dict[str, object]
    signing_input: bytes
    signature: bytes


def read_token(token: str, types: frozenset[str] = ACCESS_TOKEN_TYPES) -> UnverifiedToken:
    """Take a token apart without believing it.

    Args:
        token: The token.
        types: What it may call itself; the empty name is for one that does not.

    Raises:
        TokenRefusedError: Its form breaks a rule.
    """
    if not isinstance(token, str) or len(token) > MAX_TOKEN_LENGTH:
        raise TokenRefusedError(Reason.SHAPE)
    if not _COMPACT.fullmatch(token):
        raise TokenRefusedError(Reason.SHAPE)
    header_segment, claims_segment, signature_segment = token.split(".")
    algorithm, kid = _read_header(_json_object(header_segment), types)
    return UnverifiedToken(
        algorithm=algorithm,
        kid=kid,
        claims=_json_object(claims_segment),
        signing_input=f"{header_segment}.{claims_segment}".encode(),
        signature=_bytes(signature_segment),
    )


def _read_header(header: dict[str, object], types: frozenset[str]) -> tuple[Algorithm, str]:
    if not header.keys() <= _HEADER_MEMBERS:
        raise TokenRefusedError(Reason.HEADER_MEMBER)
    named, kid, kind = header.get("alg"), header.get("kid"), header.get("typ", "")
    algorithm = next((one for one in Algorithm if one.value == named), None)
    if algorithm is None:
        raise TokenRefusedError(Reason.ALGORITHM)
    if not isinstance(kid, str) or not KEY_ID.fullmatch(kid):
        raise TokenRefusedError(Reason.KEY_ID)
    if not isinstance(kind, str) or kind.lower() not in types:
        raise TokenRefusedError(Reason.TYPE)
    return algorithm, kid


def _bytes(segment: str) -> bytes:
    try:
        value = b64decode(segment + "=" * (-len(segment) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        raise TokenRefusedError(Reason.ENCODING) from None
    # Unused bits of the last character would let one token be written in several ways.
    if urlsafe_b64encode(value).rstrip(b"=") != segment.encode():
        raise TokenRefusedError(Reason.ENCODING)
    return value


def _json_object(segment: str) -> dict[str, object]:
    try:
        # Decoded here, because given bytes `json` would also guess at UTF-16 and UTF-32.
        value = json.loads(
            _bytes(segment).decode(),
            object_pairs_hook=_without_duplicates,
            parse_float=_finite,
            parse_constant=_refuse,
        )
    except (ValueError, RecursionError):
        raise TokenRefusedError(Reason.JSON) from None
    if not isinstance(value, dict):
        raise TokenRefusedError(Reason.JSON)
    return value


def _without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise TokenRefusedError(Reason.JSON)
    return members


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise TokenRefusedError(Reason.JSON)
    return value


def _refuse(_constant: str) -> NoReturn:
    raise TokenRefusedError(Reason.JSON)
