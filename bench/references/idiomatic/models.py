"""The tables as ORM classes."""

from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, ForeignKey, Identity, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """What the tables share."""

    type_annotation_map = {datetime: DateTime(timezone=True), dict[str, Any]: JSONB}  # noqa: RUF012


class Site(Base):
    """A site."""

    __tablename__ = "sites"
    __table_args__ = {"schema": "app"}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)


class User(Base):
    """A person who may log in."""

    __tablename__ = "users"
    __table_args__ = {"schema": "app"}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str]
    is_active: Mapped[bool]
    is_system_admin: Mapped[bool]


class Membership(Base):
    """The role of a user at a site."""

    __tablename__ = "memberships"
    __table_args__ = {"schema": "app"}  # noqa: RUF012

    site_id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("app.users.id"), primary_key=True)
    role: Mapped[str]


class Interaction(Base):
    """An interaction."""

    __tablename__ = "interactions"
    __table_args__ = {"schema": "app"}  # noqa: RUF012

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    site_id: Mapped[int]
    title: Mapped[str]
    type: Mapped[str]
    lead: Mapped[str]
    start_datetime: Mapped[datetime]
    end_datetime: Mapped[datetime]
    timezone: Mapped[str]
    location: Mapped[str | None]
    description: Mapped[str]
    notes: Mapped[str | None]
    external_id: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[int]
    updated_by: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())
    deleted_at: Mapped[datetime | None]


class InteractionChange(Base):
    """One entry of an interaction's history."""

    __tablename__ = "interaction_changes"
    __table_args__ = {"schema": "app"}  # noqa: RUF012

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    site_id: Mapped[int]
    interaction_id: Mapped[int]
    version: Mapped[int]
    change_type: Mapped[str]
    changed_by: Mapped[int]
    changes: Mapped[dict[str, Any]]
    before_state: Mapped[dict[str, Any] | None]
    after_state: Mapped[dict[str, Any] | None]
