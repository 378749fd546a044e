"""An interaction: a meeting, call, e-mail or visit of a site."""

import uuid
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    false,
    literal_column,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.vocabulary import InteractionType
from app.models.base import Base, SiteOwned, Timestamped, one_of

LIVE = text("deleted_at IS NULL")


class Interaction(SiteOwned, Timestamped, Base):
    """One interaction. A deleted one keeps its row until it is purged.

    `sealed_notes` are its confidential notes: the database never sees what they say. `document`
    is what is searched, folded: title, lead, location, description and notes, each followed by
    a separator that no text can hold. One with a legal hold is kept by every purge and erasure.
    """

    __tablename__ = "interactions"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
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
    sealed_notes: Mapped[bytes | None] = mapped_column("confidential_notes", LargeBinary)
    version: Mapped[int] = mapped_column(server_default="1")
    operation_id: Mapped[uuid.UUID | None]
    created_by: Mapped[int] = mapped_column(ForeignKey("app.users.id"))
    updated_by: Mapped[int] = mapped_column(ForeignKey("app.users.id"))
    deleted_at: Mapped[datetime | None]
    legal_hold: Mapped[bool] = mapped_column(server_default=false())
    document: Mapped[str] = mapped_column(
        Computed("app.document(title, lead, location, description, notes)", persisted=True),
        deferred=True,
    )

    __mapper_args__ = {"version_id_col": version, "eager_defaults": True}  # noqa: RUF012

    __table_args__ = (
        CheckConstraint(one_of("type", InteractionType), name="type"),
        CheckConstraint("char_length(title) BETWEEN 5 AND 100", name="title_length"),
        CheckConstraint("char_length(lead) BETWEEN 1 AND 100", name="lead_length"),
        CheckConstraint("char_length(location) <= 200", name="location_length"),
        CheckConstraint("char_length(description) BETWEEN 1 AND 20000", name="description_length"),
        CheckConstraint("char_length(notes) <= 20000", name="notes_length"),
        CheckConstraint("char_length(external_id) BETWEEN 1 AND 200", name="external_id_length"),
        CheckConstraint(
            "start_datetime >= '1970-01-01+00' AND end_datetime <= '2101-01-01+00'", name="years"
        ),
        CheckConstraint("end_datetime > start_datetime", name="end_after_start"),
        CheckConstraint("end_datetime - start_datetime <= interval '366 days'", name="duration"),
        # Where a row is that a scoped read did not find; the only look-up by id alone.
        Index("ix_interactions_id", "id"),
        Index(
            "uq_interactions_external_id",
            "site_id",
            "external_id",
            unique=True,
            postgresql_where=LIVE,
        ),
        # An import does not make again what somebody deleted.
        Index(
            "ix_interactions_deleted_external_id",
            "site_id",
            "external_id",
            postgresql_where=text("deleted_at IS NOT NULL AND external_id IS NOT NULL"),
        ),
        # The list of one or a few sites, of many sites, and of one type.
        Index(
            "ix_interactions_site_start",
            "site_id",
            text("start_datetime DESC"),
            text("id DESC"),
            postgresql_include=["end_datetime", "type", "lead"],
            postgresql_where=LIVE,
        ),
        Index(
            "ix_interactions_start",
            text("start_datetime DESC"),
            text("id DESC"),
            postgresql_include=["site_id", "type"],
            postgresql_where=LIVE,
        ),
        Index(
            "ix_interactions_site_type_start",
            "site_id",
            "type",
            text("start_datetime DESC"),
            text("id DESC"),
            postgresql_where=LIVE,
        ),
        # What has been in the trash for long enough.
        Index(
            "ix_interactions_trash",
            "site_id",
            "deleted_at",
            postgresql_where=text("deleted_at IS NOT NULL"),
        ),
        # What one person has in it, at a site where others have far more.
        Index(
            "ix_interactions_own_trash",
            "site_id",
            "created_by",
            "deleted_at",
            postgresql_where=text("deleted_at IS NOT NULL"),
        ),
        # The words of a search, together with the sites that they are looked for in.
        Index(
            "ix_interactions_document",
            literal_column("(ARRAY[site_id])").label("sites"),
            "document",
            postgresql_using="gin",
            postgresql_ops={"sites": "gin__int_ops", "document": "gin_trgm_ops"},
            postgresql_where=LIVE,
        ),
    )
