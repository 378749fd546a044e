"""A search that somebody keeps, to ask it again later."""

from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Timestamped


class SavedSearch(Timestamped, Base):
    """One search; its name is unique among its owner's, whatever the case.

    It belongs to a person, also where it is shared with a site: `shared_with` is who else may
    read it, and has nothing to do with whose interactions it finds.
    """

    __tablename__ = "saved_searches"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("app.users.id"))
    name: Mapped[str]
    query: Mapped[dict[str, Any]] = mapped_column(JSONB)
    shared_with: Mapped[int | None] = mapped_column(ForeignKey("app.sites.id"))

    __table_args__ = (
        CheckConstraint("char_length(name) BETWEEN 1 AND 100", name="name_length"),
        CheckConstraint("jsonb_typeof(query) = 'object'", name="query_form"),
    )


# Named for the one of its columns that whoever is refused can change.
Index("uq_saved_searches_name", SavedSearch.owner_id, func.lower(SavedSearch.name), unique=True)
Index(
    "ix_saved_searches_shared_with",
    SavedSearch.shared_with,
    postgresql_where=SavedSearch.shared_with.is_not(None),
)
