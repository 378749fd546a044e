"""Who calls, and with what."""

from dataclasses import dataclass
from enum import StrEnum

from app.auth.caller import Caller
from app.core.vocabulary import Role


class Credential(StrEnum):
    """What a request shows to say who calls."""

    TOKEN = "token"  # noqa: S105 - a name
    PROVIDER_TOKEN = "provider_token"  # noqa: S105 - a name
    SESSION = "session"
    API_KEY = "api_key"


@dataclass(frozen=True, slots=True)
class Authentication:
    """Who calls, and what the credential itself narrows the call to.

    Attributes:
        caller: The user, with all that they may.
        credential: What was shown.
        site_ids: The sites that it is for (None: all of the caller's).
        highest_role: The most that it may be used for (None: whatever the caller may).
        api_key_id: The key that was shown, if it was one.
        new_session_secret: What the browser is to show from now on, when that changes.
    """

    caller: Caller
    credential: Credential
    site_ids: frozenset[int] | None = None
    highest_role: Role | None = None
    api_key_id: int | None = None
    new_session_secret: str | None = None
