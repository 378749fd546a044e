"""What happened that belongs to no site, such as a failed login."""

from sqlalchemy import BigInteger, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base
from app.models.event import Event


class SystemEvent(Event, Base):
    """One event of no site; the application can add but neither change nor remove it."""

    __tablename__ = "system_events"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)

    __table_args__ = (Index("ix_system_events_at", text("at DESC"), text("id DESC")),)
