"""What all tables share: naming, timestamps, and the mark of a site-owned table."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, Integer, MetaData, Text, func
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

SCHEMA = "app"

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Registry of every table; text is unlimited (checks limit it), time is with time zone."""

    metadata = MetaData(schema=SCHEMA, naming_convention=NAMING)
    type_annotation_map = {str: Text(), datetime: DateTime(timezone=True)}  # noqa: RUF012


class SiteOwned:
    """A table whose rows each belong to one site.

    The session filters these by its scope, and the database does so again by row-level security.
    """

    @declared_attr
    def site_id(cls) -> Mapped[int]:  # noqa: N805 - SQLAlchemy passes the class
        """The owning site; first in the primary key, every unique and every foreign key."""
        return mapped_column(Integer, ForeignKey("app.sites.id"), primary_key=True, sort_order=-1)


class Timestamped:
    """A row that knows when it came and when it last changed."""

    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), sort_order=1)
    updated_at: Mapped[datetime] = mapped_column(
        server_default=func.now(), onupdate=func.now(), sort_order=1
    )


def one_of(column: str, values: Iterable[str]) -> str:
    """The SQL of a check that a text column holds one of a few words.

    Text with a check rather than an enum type: equality of enums is not leakproof, so
    row-level security would keep their indexes from being used.
    """
    words = ", ".join(f"'{value}'" for value in values)
    return f"{column} IN ({words})"
