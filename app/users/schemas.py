"""A user as it comes in and goes out."""

from datetime import datetime
from typing import Annotated

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
)

from app.core.fields import Email, NewPassword
from app.core.page import Page
from app.core.text import clean_line

Username = Annotated[
    str,
    Field(min_length=3, max_length=50, pattern=r"^[A-Za-z0-9._-]+$"),
    BeforeValidator(clean_line),
]
FullName = Annotated[str, Field(min_length=1, max_length=100), BeforeValidator(clean_line)]

EXAMPLE: dict[str, str | bool | None] = {
    "username": "emma.editor",
    "email": "emma@example.org",
    "full_name": "Emma Editor",
}


class UserCreate(BaseModel):
    """A new user. Without a password they are invited by e-mail to choose one."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {**EXAMPLE, "password": "a long enough one"}}
    )

    username: Username
    email: Email
    full_name: FullName
    is_system_admin: StrictBool = False
    password: NewPassword | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """What others know of them, and a password must not be."""
        return self.username, self.email, self.full_name


class UserReplace(BaseModel):
    """All that can be set of a user."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {**EXAMPLE, "is_active": True, "is_system_admin": False}},
    )

    username: Username
    email: Email
    full_name: FullName
    is_active: StrictBool
    is_system_admin: StrictBool


class UserRead(BaseModel):
    """A user."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    username: str
    email: str
    full_name: str
    is_active: bool
    is_system_admin: bool
    last_login_at: datetime | None
    created_at: datetime


class UserPage(Page):
    """A page of users."""

    users: list[UserRead]
