"""Statistics as they go out."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from app.core.vocabulary import InteractionType
from app.interactions.schemas import SiteName


class Statistic(BaseModel):
    """What is counted together; it has the fields that it is counted by."""

    type: InteractionType | None = Field(default=None, description="If counted by type.")
    month: str | None = Field(
        default=None, description="If counted by month: the month in `tz`.", examples=["2026-06"]
    )
    site: SiteName | None = Field(default=None, description="If counted by site.")
    lead: str | None = Field(default=None, description="If counted by lead, as it is written.")
    count: int = Field(description="How many interactions.")
    hours: float = Field(description="What they last together, each in whole minutes.")


class Statistics(BaseModel):
    """How many interactions there are, and how long they last."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    from_: datetime | None = Field(alias="from", description="The first instant; null: any.")
    to: datetime | None = Field(description="The last instant, included; null: any.")
    tz: str = Field(description="The zone of the months, and of the dates that were asked for.")
    count: int = Field(description="All of them, also those whose rows are left out.")
    hours: float
    is_complete: bool = Field(description="False if there are more rows than are shown.")
    statistics: list[Statistic]
