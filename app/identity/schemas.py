"""What logging in takes and tells."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from app.core.text import clean_line
from app.core.vocabulary import Role


class LoginRequest(BaseModel):
    """User name or e-mail address, and password."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"username": "emma.editor", "password": "correct horse"}},
    )

    username: Annotated[str, Field(min_length=1, max_length=254), BeforeValidator(clean_line)]
    password: Annotated[str, Field(min_length=1, max_length=1024)]


class RefreshRequest(BaseModel):
    """The refresh token of the last answer."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"refresh_token": "imsr_..."}}
    )

    refresh_token: Annotated[str, Field(min_length=1, max_length=200)]


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

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - the scheme's name
    expires_in: int
    refresh_token: str


class LoggedIn(TokenPair):
    """A new pair, and who it is for."""

    user: CurrentUser
