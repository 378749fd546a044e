"""Erasures and exports of what is held on one person, as they are asked for and shown."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    model_validator,
)
from pydantic_core import PydanticCustomError

from app.core.fields import SiteId, UserId
from app.core.text import clean_line
from app.core.vocabulary import JobStatus
from app.privacy.pattern import MIN_NAME, is_a_name

MAX_SITES = 100


def _somebodys(value: str) -> str:
    if not is_a_name(value):
        raise PydanticCustomError("name", "{label} must be somebody's name")
    return value


Name = Annotated[
    str,
    BeforeValidator(clean_line),
    Field(min_length=MIN_NAME, max_length=100),
    AfterValidator(_somebodys),
]
Person = Annotated[
    Annotated[UserId, Strict()] | Name,
    Field(description="The id of a user, or the name of a lead.", examples=["John Smith"]),
]
SiteIds = Annotated[list[Annotated[SiteId, Strict()]], Field(min_length=1, max_length=MAX_SITES)]


class PrivacyCreate(BaseModel):
    """Whom it is about, and where."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"person": "John Smith", "site_ids": [1]}}
    )

    person: Person
    site_ids: Annotated[
        SiteIds | None,
        Field(description="Left out: all sites there are. Not for a user."),
    ] = None

    @model_validator(mode="after")
    def _users_are_of_no_site(self) -> Self:
        if isinstance(self.person, int) and self.site_ids is not None:
            raise PydanticCustomError("site_ids", "A user is of no site: leave `site_ids` out")
        return self


class ErasureCreate(PrivacyCreate):
    """Whom to erase."""

    dry_run: Annotated[
        bool, Strict(), Field(description="Only count what would be erased, and change nothing.")
    ] = False


class PrivacyKind(StrEnum):
    """What is done for a person."""

    EXPORT = "privacy_export"
    ERASURE = "privacy_erasure"


class PrivacyFile(BaseModel):
    """What has been made."""

    name: str
    media_type: str
    size: int


class PrivacyOutcome(BaseModel):
    """What was found, or with `dry_run` would be erased. Numbers and nothing else."""

    interactions: int = Field(description="Interactions with the name in them.")
    changes: int = Field(description="Entries of the history with the name in them.")
    held: int = Field(description="Interactions with it that a legal hold keeps as they are.")
    confidential_notes: int = Field(description="Confidential notes with it.")
    kept_by_people: int = Field(description="Saved searches, schedules and jobs with it.")
    is_account: bool = Field(description="Whether an account was erased too.")


class PrivacyRead(BaseModel):
    """A request about one person, and how far it is."""

    id: int
    job_id: int = Field(description="The same as `id`.")
    kind: PrivacyKind
    status: JobStatus
    person: int | str = Field(description="`[erased]` once a name is erased.")
    dry_run: bool
    site_ids: list[int]
    rows_done: int
    outcome: PrivacyOutcome | None
    error_code: str | None
    file: PrivacyFile | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    expires_at: datetime | None = Field(description="Until when the file is kept.")


class PrivacyParameters(BaseModel):
    """A request as its job carries it."""

    person: int | str
    dry_run: bool = False
