"""What a token whose signature is right has to say, and what of it we go by."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from app.auth.refusals import Reason, TokenRefusedError
from app.core.config import Settings

LEEWAY_SECONDS = 30
MAX_LIFETIME_SECONDS = 24 * 3600

_SUBJECT = re.compile(r"[!-~]{1,255}")
_USER_ID = re.compile(r"[1-9][0-9]{0,18}")
_MAX_USER_ID = 2**31 - 1
_MAX_SITE_ID = 2**31 - 1
_MAX_TIME = 2**53


@dataclass(frozen=True, slots=True)
class Claims:
    """Who calls, according to whom, and which sites the token narrows the call to.

    Attributes:
        issuer: Who says so.
        subject: Who it is: the user's id in our own tokens, the provider's name in its.
        expires_at: Until when it is said.
        login_id: The login that the token comes from; a provider's token has none of ours.
        site_ids: The sites that it is for (None: all).
    """

    issuer: str
    subject: str
    expires_at: datetime
    login_id: UUID | None = None
    site_ids: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class TokenRules:
    """What one issuer's tokens must say."""

    issuer: str
    audience: str
    site_ids_claim: str
    accepts_development_keys: bool
    is_own: bool = True


def own_rules(settings: Settings) -> TokenRules:
    """Tell the rules for tokens of our own issuer."""
    return TokenRules(
        issuer=settings.token_issuer,
        audience=settings.token_audience,
        site_ids_claim=settings.site_ids_claim,
        accepts_development_keys=not settings.is_production,
    )


def read_claims(payload: dict[str, object], rules: TokenRules, *, now: float) -> Claims:
    """Check the claims of a token whose signature and issuer are right.

    Raises:
        TokenRefusedError: A claim is missing, malformed or not for us; the reason is EXPIRED only
            when all else is well.
    """
    check_audience(payload.get("aud"), rules.audience)
    expires = check_times(payload, now)
    claims = Claims(
        issuer=rules.issuer,
        subject=_own_subject(payload) if rules.is_own else read_subject(payload),
        login_id=_login_id(payload.get("sid")) if rules.is_own else None,
        expires_at=datetime.fromtimestamp(expires, UTC),
        site_ids=_site_ids(payload, rules.site_ids_claim),
    )
    refuse_expired(expires, now)
    return claims


def refuse_expired(expires: float, now: float) -> None:
    """Refuse a token whose time is over.

    Raises:
        TokenRefusedError: It is.
    """
    if now >= expires + LEEWAY_SECONDS:
        raise TokenRefusedError(Reason.EXPIRED)


def check_audience(value: object, audience: str) -> None:
    """Check that a token is for an audience.

    Raises:
        TokenRefusedError: It is for others.
    """
    audiences = value if isinstance(value, list) else [value]
    if not all(isinstance(name, str) for name in audiences) or audience not in audiences:
        raise TokenRefusedError(Reason.AUDIENCE)


def check_times(payload: dict[str, object], now: float) -> float:
    """Check the times of a token; answers when it expires, which is for the caller to compare.

    Raises:
        TokenRefusedError: One is missing or no time, or the token is not good yet, or too long.
    """
    expires, issued = _time(payload.get("exp")), _time(payload.get("iat"))
    not_before = _time(payload.get("nbf", issued))
    if max(issued, not_before) > now + LEEWAY_SECONDS:
        raise TokenRefusedError(Reason.NOT_YET_VALID)
    if not 0 < expires - issued <= MAX_LIFETIME_SECONDS:
        raise TokenRefusedError(Reason.LIFETIME)
    return expires


def _time(value: object) -> float:
    # True is an int to Python, and a time to nobody.
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < _MAX_TIME:
        raise TokenRefusedError(Reason.TIMES)
    return value


def read_subject(payload: Mapping[str, object]) -> str:
    """Who a token is about.

    Raises:
        TokenRefusedError: That is missing, or no name.
    """
    # At most 255 characters of ASCII (OpenID Connect Core 1.0, section 2).
    value = payload.get("sub")
    if not isinstance(value, str) or not _SUBJECT.fullmatch(value):
        raise TokenRefusedError(Reason.SUBJECT)
    return value


def _own_subject(payload: dict[str, object]) -> str:
    value = read_subject(payload)
    if not _USER_ID.fullmatch(value) or int(value) > _MAX_USER_ID:
        raise TokenRefusedError(Reason.SUBJECT)
    return value


def _login_id(value: object) -> UUID:
    try:
        login_id = UUID(value) if isinstance(value, str) else None
    except ValueError:
        login_id = None
    # UUID also reads braces, capitals and a urn: prefix, none of which we ever wrote.
    if login_id is None or str(login_id) != value:
        raise TokenRefusedError(Reason.LOGIN)
    return login_id


def _site_ids(payload: dict[str, object], name: str) -> frozenset[int] | None:
    if name not in payload:
        return None
    value = payload[name]
    if not isinstance(value, list) or not all(map(_is_site_id, value)):
        raise TokenRefusedError(Reason.SITE_IDS)
    return frozenset(value)


def _is_site_id(value: object) -> bool:
    return type(value) is int and 1 <= value <= _MAX_SITE_ID
