"""An API key as it comes in and goes out."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
)

from app.core.fields import SiteId
from app.core.page import Page
from app.core.text import clean_line
from app.core.vocabulary import Role
from app.identity.api_keys import rules

MAX_SITES = 100


def _distinct(site_ids: list[int]) -> list[int]:
    if len(set(site_ids)) < len(site_ids):
        raise ValueError("Site ids must name each site once")
    return site_ids


def _within_a_year(moment: datetime) -> datetime:
    rules.must_end_within_a_year(moment, now=datetime.now(UTC))
    return moment


KeyName = Annotated[str, Field(min_length=1, max_length=100), BeforeValidator(clean_line)]
SiteIds = Annotated[
    list[Annotated[SiteId, Strict()]],
    Field(min_length=1, max_length=MAX_SITES),
    AfterValidator(_distinct),
]
Expiry = Annotated[
    Annotated[AwareDatetime, AfterValidator(_within_a_year)] | None,
    Field(title="Expiry", description="At most 366 days from now; 365 when it is left out."),
]


class ApiKeyCreate(BaseModel):
    """A new key: for these sites, in at most this role at each."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"name": "Nightly export", "site_ids": [1], "role": "viewer"}
        },
    )

    name: KeyName
    site_ids: SiteIds
    role: Role
    expires_at: Expiry = None


class ApiKeyRead(BaseModel):
    """A key, without its secret. `prefix` is how it begins, to tell it from others.

    After a rotation the secret before stays good until `previous_expires_at`.
    """

    model_config = ConfigDict(from_attributes=True, populate_by_name=True)

    id: int
    name: str
    prefix: Annotated[str, Field(validation_alias="public_id")]
    site_ids: list[int]
    role: Role
    created_at: datetime
    rotated_at: datetime | None
    previous_expires_at: datetime | None
    expires_at: datetime
    last_used_at: datetime | None

    def with_secret(self, key: str) -> "ApiKeyWithSecret":
        """The same, with the whole key."""
        return ApiKeyWithSecret(**self.model_dump(), key=key)


class ApiKeyWithSecret(ApiKeyRead):
    """A key as it is told once: `key` is shown to nobody ever again."""

    key: Annotated[str, Field(repr=False, examples=["ims_live_..."])]


class ApiKeyPage(Page):
    """A page of keys, the newest first."""

    api_keys: list[ApiKeyRead]
