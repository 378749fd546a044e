"""The provider's ID tokens: who has logged in there, told to us alone."""

import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from app.auth.claims import check_audience, check_times, read_subject, refuse_expired
from app.auth.refusals import Reason, TokenRefusedError
from app.auth.token_format import ID_TOKEN_TYPES, read_token
from app.auth.tokens import Issuer, check_signature
from app.core.errors import Unauthorized

_MAX_LENGTH = 255

logger = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ProviderAccount:
    """An account at the provider, as the provider describes it.

    Attributes:
        subject: What it is called there, for ever.
        email: The address, which people may have typed in themselves.
        is_email_verified: Whether the provider has made sure that it is theirs.
        name: What people call them.
        session: What the provider calls this login.
    """

    subject: str
    email: str | None
    is_email_verified: bool
    name: str | None
    session: str | None

    @classmethod
    def of(cls, claims: Mapping[str, object]) -> "ProviderAccount":
        """The account that claims tell of, those of an ID token or of userinfo.

        Raises:
            TokenRefusedError: They do not say whose they are.
        """
        return cls(
            subject=read_subject(claims),
            email=_text(claims.get("email")),
            is_email_verified=claims.get("email_verified") is True,
            name=_text(claims.get("name")),
            session=_text(claims.get("sid")),
        )


async def verify_id_token(token: str, issuer: Issuer, *, nonce: str) -> ProviderAccount:
    """Verify an ID token (OpenID Connect Core 1.0, section 3.1.3.7).

    Args:
        token: As it came from the token endpoint.
        issuer: Whose it must be; the audience is our name at the provider.
        nonce: What the login was begun with.

    Raises:
        Unauthorized: It is refused; the log has the reason.
        Unavailable: The provider's keys cannot be had now.
    """
    try:
        return ProviderAccount.of(await _verified_claims(token, issuer, nonce))
    except TokenRefusedError as refusal:
        logger.info("id_token_refused", reason=refusal.reason.value)
        raise Unauthorized("What the provider says of this login is not valid") from None


async def _verified_claims(token: str, issuer: Issuer, nonce: str) -> dict[str, object]:
    unverified = read_token(token, ID_TOKEN_TYPES)
    claims, client_id = unverified.claims, issuer.rules.audience
    if claims.get("iss") != issuer.rules.issuer:
        raise TokenRefusedError(Reason.ISSUER)
    await check_signature(unverified, issuer)
    check_audience(claims.get("aud"), client_id)
    _check_authorized_party(claims, client_id)
    _check_nonce(claims.get("nonce"), nonce)
    now = time.time()
    refuse_expired(check_times(claims, now), now)
    return claims


def _check_authorized_party(claims: dict[str, object], client_id: str) -> None:
    audience = claims.get("aud")
    is_for_several = isinstance(audience, list) and len(audience) > 1
    party = claims.get("azp", None if is_for_several else client_id)
    if party != client_id:
        raise TokenRefusedError(Reason.AUTHORIZED_PARTY)


def _check_nonce(value: object, nonce: str) -> None:
    # Bytes, and half a surrogate pair too: only ASCII texts could be compared as they are.
    named = value.encode(errors="surrogatepass") if isinstance(value, str) else b""
    if not hmac.compare_digest(named, nonce.encode()):
        raise TokenRefusedError(Reason.NONCE)


def _text(value: object) -> str | None:
    """A short text on one line; anything else is none."""
    is_text = isinstance(value, str) and value.isprintable() and 0 < len(value) <= _MAX_LENGTH
    return value if isinstance(value, str) and is_text else None
