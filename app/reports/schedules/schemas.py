"""Schedules of reports, as they come in and go out."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from app.core.fields import ZoneName
from app.core.page import Page
from app.core.text import clean_line
from app.reports.schedules.rules import check_cron
from app.reports.schemas import REPORT_EXAMPLE, ReportContent, Title

Cron = Annotated[
    str,
    Field(min_length=9, max_length=100, examples=["0 7 * * MON"]),
    BeforeValidator(clean_line),
]


class ReportScheduleCreate(ReportContent):
    """A report that is to be made whenever a cron line says so, in the zone `tz`."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": REPORT_EXAMPLE | {"cron": "0 7 * * MON"}}
    )

    cron: Annotated[
        Cron,
        Field(description="Minute, hour, day of month, month, day of week; once an hour at most."),
    ]
    tz: Annotated[
        ZoneName, Field(description="The zone of the cron line, and that it is printed in.")
    ] = "UTC"
    is_active: bool = True

    @field_validator("cron")
    @classmethod
    def _cron_that_comes(cls, value: str, info: ValidationInfo) -> str:
        if "tz" in info.data:
            require_cron(value, info.data["tz"])
        return value


class ReportSchedulePatch(BaseModel):
    """What can be changed of a schedule; what is left out stays."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"is_active": False}})

    cron: Cron | None = None
    tz: ZoneName | None = None
    title: Title | None = None
    is_active: bool | None = None


def require_cron(cron: str, tz: str) -> None:
    """Refuse a line that does not go together with a zone.

    Raises:
        PydanticCustomError: It is none, never comes, or comes too often.
    """
    try:
        check_cron(cron, tz, now=datetime.now(UTC))
    except ValueError as error:
        raise PydanticCustomError("cron", "{why}", {"why": str(error)}) from error


class ReportScheduleRead(BaseModel):
    """A schedule. Each report is made under the access that its owner has at that moment."""

    id: int
    cron: str
    tz: str
    is_active: bool
    content: ReportContent
    next_runs: list[datetime] = Field(description="The next five times, in UTC.")
    last_report_id: int | None
    last_error_code: str | None = Field(
        description="Why the last report could not even be asked for."
    )
    created_at: datetime
    updated_at: datetime


class ReportSchedulePage(Page):
    """A page of the caller's schedules, oldest first."""

    report_schedules: list[ReportScheduleRead]
