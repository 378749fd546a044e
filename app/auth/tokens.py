"""Our access tokens, issued and verified. No other module imports python-jose."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import jose
import structlog
from jose import backends, jws
from jose.backends.base import Key
from jose.backends.cryptography_backend import CryptographyECKey, CryptographyRSAKey

from app.auth.claims import Claims, TokenRules, read_claims
from app.auth.keys import (
    DEVELOPMENT_PREFIX,
    Algorithm,
    KeySource,
    SigningKey,
    UnknownKeyError,
    VerificationKey,
)
from app.auth.refusals import Reason, TokenRefusedError
from app.auth.token_format import UnverifiedToken, read_token
from app.core.errors import InvalidToken, TokenExpired

ACCESS_TOKEN_LIFETIME = timedelta(minutes=30)

_TOKEN_TYPE = "at+jwt"  # noqa: S105 - the media type of RFC 9068, no secret
_KEY_CLASSES: dict[Algorithm, type[Key]] = {
    Algorithm.RS256: CryptographyRSAKey,
    Algorithm.ES256: CryptographyECKey,
}

logger = structlog.get_logger()


class TokenIssuer:
    """Signs the access tokens of our own issuer."""

    def __init__(self, rules: TokenRules, key: SigningKey) -> None:
        check_token_library()
        self._rules = rules
        self._algorithm = key.algorithm
        self._headers = {"typ": _TOKEN_TYPE, "kid": key.kid}
        self._key = _KEY_CLASSES[key.algorithm](key.private_key, key.algorithm.value)

    def issue(self, user_id: int, login_id: uuid.UUID, now: datetime) -> str:
        """Sign a token for a user, valid for `ACCESS_TOKEN_LIFETIME` from now."""
        issued = int(now.timestamp())
        claims = {
            "iss": self._rules.issuer,
            "aud": self._rules.audience,
            "sub": str(user_id),
            "sid": str(login_id),
            "jti": str(uuid.uuid4()),
            "iat": issued,
            "exp": issued + int(ACCESS_TOKEN_LIFETIME.total_seconds()),
        }
        return jws.sign(claims, self._key, headers=self._headers, algorithm=self._algorithm.value)


@dataclass(frozen=True, slots=True)
class Issuer:
    """One whose tokens are believed: what they must say, and where its keys come from."""

    rules: TokenRules
    keys: KeySource


class TokenVerifier:
    """Tells who calls, from an access token of one of the issuers."""

    def __init__(self, *issuers: Issuer, clock: Callable[[], float] = time.time) -> None:
        check_token_library()
        self._issuers = {issuer.rules.issuer: issuer for issuer in issuers}
        self._clock = clock

    async def verify(self, token: str) -> Claims:
        """Verify a token; whether it has been revoked is not asked here.

        Raises:
            TokenExpired: All of it is right but its time is over.
            Unauthorized: It is refused; the log has the reason.
            Unavailable: The issuer's keys cannot be had now.
        """
        try:
            return await self._verified_claims(token)
        except TokenRefusedError as refusal:
            logger.info("token_refused", reason=refusal.reason.value)
            if refusal.reason is Reason.EXPIRED:
                raise TokenExpired from None
            raise InvalidToken from None

    async def _verified_claims(self, token: str) -> Claims:
        unverified = read_token(token)
        # A stranger's token must cost no look for a key, which may mean a call to the issuer.
        name = unverified.claims.get("iss")
        issuer = self._issuers.get(name) if isinstance(name, str) else None
        if issuer is None:
            raise TokenRefusedError(Reason.ISSUER)
        await check_signature(unverified, issuer)
        return read_claims(unverified.claims, issuer.rules, now=self._clock())


async def check_signature(token: UnverifiedToken, issuer: Issuer) -> None:
    """Check that an issuer has signed a token, with the algorithm of its key.

    Raises:
        TokenRefusedError: It has not, or its key is unknown or not for use here.
        Unavailable: The issuer's keys cannot be had now.
    """
    key = await _find_key(token.kid, issuer)
    if key.algorithm is not token.algorithm:
        raise TokenRefusedError(Reason.KEY_ALGORITHM)
    if not _is_signed_by(key, token):
        raise TokenRefusedError(Reason.SIGNATURE)


async def _find_key(kid: str, issuer: Issuer) -> VerificationKey:
    if kid.startswith(DEVELOPMENT_PREFIX) and not issuer.rules.accepts_development_keys:
        raise TokenRefusedError(Reason.DEVELOPMENT_KEY)
    try:
        return await issuer.keys.get(kid)
    except UnknownKeyError:
        raise TokenRefusedError(Reason.UNKNOWN_KEY) from None


def check_token_library() -> None:
    """Check that python-jose is one that can be trusted.

    Raises:
        RuntimeError: It is older than 3.4, or has fallen back to its pure-Python signatures.
    """
    major, minor = jose.__version__.split(".")[:2]
    if (int(major), int(minor)) < (3, 4):
        raise RuntimeError(f"python-jose {jose.__version__} is too old: 3.4 is the least")
    if backends.RSAKey is not CryptographyRSAKey or backends.ECKey is not CryptographyECKey:
        raise RuntimeError("python-jose does not use its cryptography backend")


def _is_signed_by(key: VerificationKey, token: UnverifiedToken) -> bool:
    # Not `jws.verify`: it would read the token a second time by laxer rules, so that what was
    # checked and what is verified could differ. Wrapping the parsed key takes a microsecond.
    wrapped = _KEY_CLASSES[key.algorithm](key.public_key, key.algorithm.value)
    try:
        return wrapped.verify(token.signing_input, token.signature)
    except Exception:  # whatever a library makes of hostile bytes, it is a refusal
        return False
