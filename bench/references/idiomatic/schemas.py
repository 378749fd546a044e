"""What goes in and out."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field, computed_field

from app.core.vocabulary import InteractionType


class InteractionCreate(BaseModel):
    """A new interaction."""

    site_id: int
    title: str = Field(min_length=5, max_length=100)
    type: InteractionType
    lead: str = Field(min_length=1, max_length=100)
    start_datetime: datetime
    end_datetime: datetime
    timezone: str
    location: str | None = Field(default=None, max_length=200)
    description: str = Field(min_length=1, max_length=20_000)
    notes: str | None = Field(default=None, max_length=20_000)
    external_id: str | None = Field(default=None, max_length=200)


class InteractionUpdate(BaseModel):
    """What is to be changed."""

    title: str | None = Field(default=None, min_length=5, max_length=100)
    location: str | None = Field(default=None, max_length=200)


class InteractionRead(BaseModel):
    """An interaction."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    site_id: int
    title: str
    type: InteractionType
    lead: str
    start_datetime: datetime
    end_datetime: datetime
    timezone: str
    location: str | None
    description: str
    notes: str | None
    external_id: str | None
    version: int
    created_by: int
    created_at: datetime
    updated_by: int
    updated_at: datetime

    @computed_field  # type: ignore[prop-decorator]  # mypy's limitation, named in pydantic's docs
    @property
    def duration_minutes(self) -> int:
        """From start to end."""
        return int((self.end_datetime - self.start_datetime).total_seconds() // 60)


class InteractionPage(BaseModel):
    """A page of interactions."""

    interactions: list[InteractionRead]
    total: int
    page: int
    page_size: int
    total_pages: int
