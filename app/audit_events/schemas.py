"""The audit as it goes out."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from app.core.page import Page


class Actor(BaseModel):
    """Who did it, by the name that they have now."""

    id: int
    full_name: str


class AuditEventRead(BaseModel):
    """Something that happened."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    at: datetime
    action: str = Field(examples=["member.added"])
    actor: Actor | None = Field(description="Null when nobody was logged in.")
    api_key_id: int | None = Field(description="The key that the actor's machine called with.")
    site_id: int | None = Field(description="Null for what belongs to no site.")
    subject: str | None = Field(description="What it was done to.", examples=["interaction:17"])
    address: str | None = Field(description="Masked.", examples=["203.0.113.0/24"])
    request_id: str | None
    details: dict[str, object] | None


class AuditPage(Page):
    """A page of the audit, newest first."""

    audit_events: list[AuditEventRead]
