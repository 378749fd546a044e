"""What is said of an import: what the columns mean, and what is done with duplicates."""

from datetime import date, timedelta
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, Strict, StringConstraints, model_validator

from app.core.fields import SiteId, ZoneName
from app.imports.policy import Decision

MAX_MINUTES = 366 * 24 * 60
MAX_DECISIONS = 10_000
MAX_WINDOW_DAYS = 50 * 366

FieldName = Literal[
    "title",
    "type",
    "lead",
    "timezone",
    "start_datetime",
    "end_datetime",
    "location",
    "description",
    "notes",
    "external_id",
]
Text = Annotated[str, StringConstraints(max_length=1_000)]
"""The name of a column, or words that are the same in every row."""


class Source(BaseModel):
    """Where a field comes from: one of column, template and value."""

    model_config = ConfigDict(extra="forbid")

    column: Text | None = Field(default=None, description="The column that holds it.")
    template: Text | None = Field(
        default=None,
        description="Several columns put together: `{first} {last}`. `#row` is the row's number.",
    )
    value: Text | None = Field(default=None, description="The same text in every row.")
    default: Text = Field(default="", description="What stands for it where that is blank.")

    @model_validator(mode="after")
    def _one_of_three(self) -> Self:
        given = [part for part in (self.column, self.template, self.value) if part is not None]
        if len(given) != 1:
            raise ValueError("Give one of column, template and value")
        return self


class ImportMapping(BaseModel):
    """What the file's columns mean."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "fields": {
                    "title": {"column": "Subject"},
                    "type": {"column": "Kind", "default": "MEETING"},
                    "lead": {"template": "{First name} {Last name}"},
                    "start_datetime": {"column": "Date"},
                    "description": {"column": "Text"},
                },
                "site": {"column": "Branch"},
                "date_format": "%d.%m.%Y",
                "time": "09:00",
                "duration_minutes": 60,
            }
        },
    )

    fields: dict[FieldName, Source] = Field(description="Where each field comes from.")
    site: Source | None = Field(
        default=None,
        description="The name or id of each row's site; `site_id` stands for those without.",
    )
    date_format: Annotated[str, StringConstraints(max_length=50)] | None = Field(
        default=None, description="How dates are written, as strptime has it; else RFC 3339."
    )
    time: Annotated[str, StringConstraints(max_length=5)] | None = Field(
        default=None, description="The time of day of dates that have none."
    )
    duration_minutes: Annotated[int, Field(ge=1, le=MAX_MINUTES)] | None = Field(
        default=None, description="From start to end, where the file has no end."
    )


class DuplicatePolicy(BaseModel):
    """What is done with rows that are there already."""

    model_config = ConfigDict(extra="forbid")

    external_id: Literal["skip", "update"] = Field(
        default="skip", description="With rows whose external id the site has already."
    )
    similar: Decision = Field(
        default=Decision.SKIP,
        description="With rows that start when an interaction of the site does, and have a title"
        " much like its.",
    )
    rows: dict[Annotated[str, StringConstraints(max_length=20)], Decision] = Field(
        default={},
        max_length=MAX_DECISIONS,
        description="With single rows, by their number; goes before the others.",
    )


class Window(BaseModel):
    """Days, both included."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    from_day: date = Field(alias="from")
    to_day: date = Field(alias="to")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.to_day < self.from_day:
            raise ValueError("The last day must not be before the first")
        if (self.to_day - self.from_day).days > MAX_WINDOW_DAYS:
            raise ValueError("The days must be at most 50 years apart")
        return self

    @property
    def span(self) -> tuple[date, date]:
        """From the first day to the one after the last."""
        return self.from_day, self.to_day + timedelta(days=1)


class ImportOptions(BaseModel):
    """How a file is read, and what is done with what is there already."""

    model_config = ConfigDict(extra="forbid")

    site_id: Annotated[SiteId, Strict()] | None = Field(
        default=None, description="The site of rows that name none."
    )
    tz: ZoneName | None = Field(
        default=None,
        description="The zone of times without an offset; null: each site's own.",
    )
    mapping: ImportMapping | None = Field(
        default=None, description="What the columns mean; null: it is guessed."
    )
    duplicates: DuplicatePolicy = DuplicatePolicy()
    window: Window | None = Field(
        default=None,
        description="The days among which repeated events of a calendar are read; null: from five"
        " years ago to a year ahead.",
    )


class ImportUpdate(BaseModel):
    """Other options; what is left out stays as it is, null makes it what it is by default."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"tz": "Europe/Paris", "duplicates": {"similar": "create", "rows": {}}}
        },
    )

    site_id: Annotated[SiteId, Strict()] | None = None
    tz: ZoneName | None = None
    mapping: ImportMapping | None = None
    duplicates: DuplicatePolicy | None = None
    window: Window | None = None
