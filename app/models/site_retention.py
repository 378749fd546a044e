"""How long a site keeps what it has."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, SiteOwned

MIN_DAYS = 30
"""Nothing that tells of what happened goes sooner, whatever anybody sets."""


class SiteRetention(SiteOwned, Base):
    """The rules of one site; a site without a row has those of the installation.

    Attributes:
        interactions_years: After so many years an interaction goes; null: never.
        trash_days: After so many days in the trash it goes; null: as the settings say.
        history_days: So long after its last change the history of one that is gone goes; null:
            never.
        audit_days_authentication: How long its events are kept, by what they are about; null: as
            the settings say.
    """

    __tablename__ = "site_retention"

    interactions_years: Mapped[int | None]
    trash_days: Mapped[int | None]
    history_days: Mapped[int | None]
    audit_days_authentication: Mapped[int | None]
    audit_days_access: Mapped[int | None]
    audit_days_administration: Mapped[int | None]
    updated_by: Mapped[int] = mapped_column(ForeignKey("app.users.id"))
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())

    __table_args__ = (
        CheckConstraint("interactions_years BETWEEN 1 AND 100", name="interactions_years"),
        CheckConstraint("trash_days BETWEEN 1 AND 3650", name="trash_days"),
        *(
            CheckConstraint(f"{name} BETWEEN {MIN_DAYS} AND 36500", name=name)
            for name in (
                "history_days",
                "audit_days_authentication",
                "audit_days_access",
                "audit_days_administration",
            )
        ),
    )
