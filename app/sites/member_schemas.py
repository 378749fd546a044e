"""A membership as it comes in and goes out."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict, model_validator

from app.core.fields import UserId
from app.core.page import Page
from app.core.text import clean_line
from app.core.vocabulary import Role


class RoleChange(BaseModel):
    """Another role."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"role": "editor"}})

    role: Role


class MemberCreate(RoleChange):
    """A person, by id or by e-mail address, and the role to give."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"email": "emma@example.org", "role": "viewer"}}
    )

    user_id: Annotated[UserId, Strict()] | None = None
    email: Annotated[str | None, Field(max_length=254), BeforeValidator(clean_line)] = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.user_id is None) == (self.email is None):
            raise ValueError("Give either user_id or email")
        return self


class MemberRead(BaseModel):
    """A person with their role at the site."""

    user_id: int
    username: str
    email: str
    full_name: str
    is_active: bool
    role: Role
    created_at: datetime


class MemberPage(Page):
    """A page of members."""

    members: list[MemberRead]
