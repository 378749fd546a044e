"""The role of a user at a site."""

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.vocabulary import Role
from app.models.base import Base, SiteOwned, Timestamped, one_of


class Membership(SiteOwned, Timestamped, Base):
    """One user's role at one site."""

    __tablename__ = "memberships"

    user_id: Mapped[int] = mapped_column(ForeignKey("app.users.id"), primary_key=True)
    role: Mapped[str]

    __table_args__ = (
        CheckConstraint(one_of("role", Role), name="role"),
        Index("ix_memberships_user_id", "user_id"),
    )
