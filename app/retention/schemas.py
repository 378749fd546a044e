"""Rules of retention, and what they are about to remove, as they come in and go out."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, Strict

MIN_DAYS, MAX_DAYS = 30, 36_500

Years = Annotated[int, Strict(), Field(ge=1, le=100)]
TrashDays = Annotated[int, Strict(), Field(ge=1, le=3_650)]
Days = Annotated[int, Strict(), Field(ge=MIN_DAYS, le=MAX_DAYS)]


class AuditDays(BaseModel):
    """For how many days events are kept, by what they are about."""

    authentication: int
    access: int
    administration: int


class AuditDaysReplace(BaseModel):
    """The same, where null stands for what the installation has."""

    model_config = ConfigDict(extra="forbid")

    authentication: Days | None = None
    access: Days | None = None
    administration: Days | None = None


class RetentionReplace(BaseModel):
    """All rules of a site; what is left out is null."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "interactions_years": 10,
                "trash_days": 30,
                "history_days": 365,
                "audit_days": {"authentication": 180, "access": 365, "administration": 1095},
            }
        },
    )

    interactions_years: Annotated[
        Years | None, Field(description="An interaction goes so long after its end; null: never.")
    ] = None
    trash_days: Annotated[
        TrashDays | None,
        Field(description="What was deleted goes after so long; null: as the installation has it."),
    ] = None
    history_days: Annotated[
        Days | None,
        Field(
            description="The history of an interaction that is gone goes so long after its last "
            "change; null: never."
        ),
    ] = None
    audit_days: AuditDaysReplace = AuditDaysReplace()


class RetentionRead(BaseModel):
    """The rules that hold at a site, its own and the installation's together."""

    site_id: int
    interactions_years: int | None
    trash_days: int
    history_days: int | None
    audit_days: AuditDays
    updated_at: datetime | None = Field(description="Null as long as the site has no own rules.")
    updated_by: int | None


class Due(BaseModel):
    """What of one kind the next run removes."""

    count: int
    oldest: datetime | None
    newest: datetime | None
    first_ids: list[int] = Field(description="The lowest ids among it, 10 at most.")


class DueEvents(BaseModel):
    """Events that the next run removes, by what they are about."""

    authentication: Due
    access: Due
    administration: Due


class RetentionPreview(BaseModel):
    """What the next run would remove if it came now."""

    site_id: int
    at: datetime
    interactions: Due = Field(description="By the end of each: those that are in use.")
    trash: Due = Field(description="By when each was deleted.")
    history: Due = Field(
        description="Changes of interactions that are gone by then, by when each was made; the ids"
        " are the interactions'."
    )
    audit_events: DueEvents
    held: int = Field(description="Interactions that would go too if they had no legal hold.")
