"""The provider's keys, out of a document that may be anything."""

import binascii
from base64 import b64decode
from collections import Counter
from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from app.auth.fetched import Fetched
from app.auth.keys import (
    KEY_ID,
    MIN_RSA_BITS,
    Algorithm,
    UnknownKeyError,
    VerificationKey,
)
from app.auth.provider_client import ProviderError

LIFETIME_SECONDS = 600.0
"""How long a key that the provider has removed may still be believed."""

MAX_KEYS = 100
MAX_RSA_BITS = 8192

_PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_COORDINATE_BYTES = 32

Keys = Mapping[str, VerificationKey]


class ProviderKeys:
    """The keys of the provider, as it publishes them."""

    def __init__(self, keys: Fetched[Keys]) -> None:
        self._keys = keys

    async def get(self, kid: str) -> VerificationKey:
        """Look a key up; for one that is not known yet the provider is asked.

        Raises:
            UnknownKeyError: The provider has no such key.
            Unavailable: The keys cannot be had now, so nobody can say.
        """
        keys = await self._keys.get()
        if kid not in keys:
            await self._keys.renew()
            keys = await self._keys.get()
        if kid in keys:
            return keys[kid]
        if self._keys.has_failed:
            raise self._keys.unavailable()
        raise UnknownKeyError(kid)


def read_jwks(document: Mapping[str, object]) -> Keys:
    """The keys of a set (RFC 7517) that tokens can be verified with; others are passed over.

    Raises:
        ProviderError: There is none, or it is no set of keys.
    """
    members = document.get("keys")
    if not isinstance(members, list) or len(members) > MAX_KEYS:
        raise ProviderError("the key set is no list of at most 100 keys")
    usable = [key for key in map(_read_key, members) if key is not None]
    times = Counter(key.kid for key in usable)
    # Of two keys under one name nobody can tell which is meant.
    keys = {key.kid: key for key in usable if times[key.kid] == 1}
    if not keys:
        raise ProviderError("the key set has no key that can be used")
    return keys


def _read_key(member: object) -> VerificationKey | None:
    if not isinstance(member, dict) or not _is_for_verifying(member):
        return None
    kid, kind, algorithm = member.get("kid"), member.get("kty"), member.get("alg")
    if not isinstance(kid, str) or not KEY_ID.fullmatch(kid):
        return None
    try:
        if kind == "RSA" and algorithm in (None, Algorithm.RS256.value):
            return VerificationKey(kid, Algorithm.RS256, public_key=_rsa_key(member))
        if kind == "EC" and algorithm in (None, Algorithm.ES256.value):
            return VerificationKey(kid, Algorithm.ES256, public_key=_ec_key(member))
    except ValueError:
        pass
    return None


def _is_for_verifying(member: Mapping[str, object]) -> bool:
    operations = member.get("key_ops", ["verify"])
    return (
        not member.keys() & _PRIVATE_MEMBERS
        and member.get("use", "sig") == "sig"
        and isinstance(operations, list)
        and "verify" in operations
    )


def _rsa_key(member: Mapping[str, object]) -> rsa.RSAPublicKey:
    modulus, exponent = _integer(member.get("n")), _integer(member.get("e"))
    if not MIN_RSA_BITS <= modulus.bit_length() <= MAX_RSA_BITS or exponent.bit_length() > 32:
        raise ValueError("an RSA key of another size")
    return rsa.RSAPublicNumbers(exponent, modulus).public_key()


def _ec_key(member: Mapping[str, object]) -> ec.EllipticCurvePublicKey:
    if member.get("crv") != "P-256":
        raise ValueError("another curve")
    x, y = _integer(member.get("x")), _integer(member.get("y"))
    if max(x, y).bit_length() > _COORDINATE_BYTES * 8:
        raise ValueError("no point of the curve")
    return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()


def _integer(value: object) -> int:
    if not isinstance(value, str):
        raise ValueError("no number")
    try:
        padded = value + "=" * (-len(value) % 4)
        return int.from_bytes(b64decode(padded, altchars=b"-_", validate=True), "big")
    except binascii.Error:
        raise ValueError("no number") from None
