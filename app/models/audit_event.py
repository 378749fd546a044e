"""What happened at a site, for those who answer for it."""

from sqlalchemy import BigInteger, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, SiteOwned
from app.models.event import Event


class AuditEvent(SiteOwned, Event, Base):
    """One event of one site; the application can add but neither change nor remove it."""

    __tablename__ = "audit_events"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)

    __table_args__ = (
        Index("ix_audit_events_site_at", "site_id", text("at DESC"), text("id DESC")),
        Index("ix_audit_events_at", text("at DESC"), text("id DESC")),
    )
