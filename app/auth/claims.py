"""What a token whose signature is right has to say, and what of it we go by."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from app.auth.refusals import Reason, TokenRefusedError
from app.core.config import Settings

LEEWAY_SECONDS = 30
MAX_LIFETIME_SECONDS = 24 * 3600

_USER_ID = re.compile(r"[1-9][0-9]{0,18}")
_MAX_USER_ID = 2**31 - 1
_MAX_SITE_ID = 2**31 - 1
_MAX_TIME = 2**53


@dataclass(frozen=True, slots=True)
class Claims:
    """Who calls, and which sites the token narrows the call to (None: it does not)."""

    user_id: int
    family_id: UUID
    expires_at: datetime
    site_ids: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class TokenRules:
    """What one issuer's tokens must say."""

    issuer: str
    audience: str
    site_ids_claim: str
    accepts_development_keys: bool


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
    _check_audience(payload.get("aud"), rules.audience)
    expires = _check_times(payload, now)
    claims = Claims(
        user_id=_user_id(payload.get("sub")),
        family_id=_family_id(payload.get("sid")),
        expires_at=datetime.fromtimestamp(expires, UTC),
        site_ids=_site_ids(payload, rules.site_ids_claim),
    )
    if now >= expires + LEEWAY_SECONDS:
        raise TokenRefusedError(Reason.EXPIRED)
    return claims


def _check_audience(value: object, audience: str) -> None:
    audiences = value if isinstance(value, list) else [value]
    if not all(isinstance(name, str) for name in audiences) or audience not in audiences:
        raise TokenRefusedError(Reason.AUDIENCE)


def _check_times(payload: dict[str, object], now: float) -> float:
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


def _user_id(value: object) -> int:
    if not isinstance(value, str) or not _USER_ID.fullmatch(value) or int(value) > _MAX_USER_ID:
        raise TokenRefusedError(Reason.SUBJECT)
    return int(value)


def _family_id(value: object) -> UUID:
    try:
        family_id = UUID(value) if isinstance(value, str) else None
    except ValueError:
        family_id = None
    # UUID also reads braces, capitals and a urn: prefix, none of which we ever wrote.
    if family_id is None or str(family_id) != value:
        raise TokenRefusedError(Reason.FAMILY)
    return family_id


def _site_ids(payload: dict[str, object], name: str) -> frozenset[int] | None:
    if name not in payload:
        return None
    value = payload[name]
    if not isinstance(value, list) or not all(map(_is_site_id, value)):
        raise TokenRefusedError(Reason.SITE_IDS)
    return frozenset(value)


def _is_site_id(value: object) -> bool:
    return type(value) is int and 1 <= value <= _MAX_SITE_ID
