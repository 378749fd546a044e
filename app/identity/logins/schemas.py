"""What logging in takes and tells."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from app.core.text import clean_line
from app.core.vocabulary import LoginKind, LoginMethod, Role
from app.identity.totp.schemas import TotpCode


class LoginRequest(BaseModel):
    """User name or e-mail address, password, and the code of a second factor where there is one."""

    model_config = ConfigDict(
        extra="forbid",
        hide_input_in_errors=True,
        json_schema_extra={"example": {"username": "emma.editor", "password": "correct horse"}},
    )

    username: Annotated[str, Field(min_length=1, max_length=254), BeforeValidator(clean_line)]
    password: Annotated[str, Field(min_length=1, max_length=1024, repr=False)]
    totp: Annotated[TotpCode | None, Field(repr=False)] = None


class RefreshRequest(BaseModel):
    """The refresh token of the last answer."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"refresh_token": "imsr_..."}}
    )

    refresh_token: Annotated[str, Field(min_length=1, max_length=200, repr=False)]


class SiteMembership(BaseModel):
    """A site of the caller, and the role there."""

    id: int
    name: str
    role: Role


class SiteMemberships(BaseModel):
    """The caller's sites."""

    sites: list[SiteMembership]


class CurrentUser(SiteMemberships):
    """The caller."""

    id: int
    username: str
    email: str
    full_name: str
    is_system_admin: bool


class TokenPair(BaseModel):
    """A short-lived access token, and what the next pair is had for.

    `expires_in` is the lifetime of the access token in seconds.
    """

    access_token: Annotated[str, Field(repr=False)]
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - the scheme's name
    expires_in: int
    refresh_token: Annotated[str, Field(repr=False)]


class LoggedIn(TokenPair):
    """A new pair, and who it is for."""

    user: CurrentUser


class BrowserSession(BaseModel):
    """Who is logged in with a browser, and the token that its pages send along."""

    user: CurrentUser
    csrf_token: Annotated[str, Field(repr=False)]


class LoggedOut(BaseModel):
    """The session is over here; at the provider of single sign-on it ends at `logout_url`."""

    logout_url: str | None


class OpenLogin(BaseModel):
    """One place where a person is logged in: a browser (`session`) or a program (`token`)."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    kind: LoginKind
    method: LoginMethod
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    address: str | None
    user_agent: str | None
    is_current: bool = False


class OpenLogins(BaseModel):
    """All places where the caller is logged in, the one used last first."""

    sessions: list[OpenLogin]
