"""A site as it comes in and goes out."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool

from app.core.fields import ZoneName
from app.core.page import Page
from app.core.text import blank_as_none, clean_line, clean_text

Name = Annotated[str, Field(min_length=1, max_length=100), BeforeValidator(clean_line)]
Description = Annotated[
    Annotated[str, Field(max_length=2000)] | None,
    BeforeValidator(blank_as_none),
    BeforeValidator(clean_text),
]
TimeZone = Annotated[ZoneName, Field(title="Time zone")]


class SiteCreate(BaseModel):
    """A new site."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"name": "Lyon", "description": "The plant", "timezone": "Europe/Paris"}
        },
    )

    name: Name
    description: Description = None
    timezone: TimeZone


class SiteReplace(SiteCreate):
    """All that can be set of a site; only a system administrator can change `is_active`."""

    is_active: StrictBool | None = None


class SiteStatistics(BaseModel):
    """How much a site holds."""

    interactions: int
    members: int


class SiteRead(BaseModel):
    """A site."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    description: str | None
    timezone: str
    is_active: bool
    created_at: datetime
    updated_at: datetime
    statistics: SiteStatistics | None = Field(
        default=None, description="With `include=statistics`."
    )


class SitePage(Page):
    """A page of sites."""

    sites: list[SiteRead]
