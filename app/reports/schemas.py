"""Reports as they are asked for, and as they are shown."""

from datetime import datetime
from typing import Annotated

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    ValidationInfo,
    field_validator,
)
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from app.core.fields import Id, SiteId, ZoneName
from app.core.page import Page
from app.core.text import clean_line
from app.core.vocabulary import JobStatus
from app.interactions.finding.schemas import EXAMPLE, Query
from app.reports.kinds import FORMATS, ReportFormat, ReportKind
from app.saved_searches.schemas import KeptQuery

MAX_SITES = 100

REPORT_EXAMPLE: JsonDict = {
    "kind": ReportKind.INTERACTION_EXPORT.value,
    "format": ReportFormat.CSV.value,
    "filters": EXAMPLE,
    "tz": "Europe/Paris",
    "title": "Calls of last week",
}


Title = Annotated[str, Field(min_length=1, max_length=100), BeforeValidator(clean_line)]
SiteIds = Annotated[list[Annotated[SiteId, Strict()]], Field(min_length=1, max_length=MAX_SITES)]


class ReportContent(BaseModel):
    """What a report is to tell, and how."""

    model_config = ConfigDict(extra="forbid")

    kind: ReportKind
    format: ReportFormat
    filters: Annotated[
        KeptQuery | None,
        Field(description="Which interactions, as in a search by tree; left out: all of them."),
    ] = None
    saved_search_id: Annotated[
        Annotated[Id, Strict()] | None,
        Field(description="A saved search whose conditions are taken, instead of `filters`."),
    ] = None
    site_ids: Annotated[SiteIds | None, Field(description="Only these of the caller's sites.")] = (
        None
    )
    tz: Annotated[
        ZoneName | None,
        Field(description="The zone that it is printed in; left out: that of the filters."),
    ] = None
    title: Annotated[Title | None, Field(description="What it is called.")] = None

    @field_validator("format")
    @classmethod
    def _format_of_kind(cls, value: ReportFormat, info: ValidationInfo) -> ReportFormat:
        kind = info.data.get("kind")
        if kind is not None and value not in FORMATS.get(kind, ()):
            known = ", ".join(FORMATS.get(kind, ()))
            raise PydanticCustomError(
                "format",
                "{kind} is made as: {formats}",
                {"kind": kind.value, "formats": known},
            )
        return value

    @field_validator("saved_search_id")
    @classmethod
    def _one_question(cls, value: int | None, info: ValidationInfo) -> int | None:
        if value is not None and info.data.get("filters") is not None:
            raise PydanticCustomError("filters", "Give `filters` or `saved_search_id`, not both")
        return value


class ReportCreate(ReportContent):
    """A report that is to be made now."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": REPORT_EXAMPLE})


class ReportParameters(BaseModel):
    """A report as its job carries it: nothing has to be looked up any more but the rows."""

    format: ReportFormat
    filters: Query
    tz: ZoneName
    title: str
    schedule_id: int | None = None


class ReportFile(BaseModel):
    """What has been made."""

    name: str
    media_type: str
    size: int


class ReportRead(BaseModel):
    """A report and how far it is. `progress` is in percent."""

    id: int
    job_id: int = Field(description="The same as `id`.")
    status: JobStatus
    progress: Annotated[int, Field(ge=0, le=100)]
    estimated_completion: datetime | None
    kind: ReportKind
    format: ReportFormat
    title: str
    filters: Query
    tz: str
    site_ids: list[int]
    rows_done: int
    rows_total: int | None
    error_code: str | None = Field(
        description="Why it failed: `timeout`, `forbidden` (its owner lost the sites or may not log"
        " in any more), `unavailable`, `abandoned` or `server_error`."
    )
    file: ReportFile | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    expires_at: datetime | None = Field(description="Until when the file is kept.")


class ReportPage(Page):
    """A page of the caller's reports, newest first."""

    reports: list[ReportRead]
