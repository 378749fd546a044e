"""A site: an office, plant, agency or clinic that owns interactions."""

from sqlalchemy import CheckConstraint, Identity, Index, Integer, func, true
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Timestamped


class Site(Timestamped, Base):
    """One site; its name is unique whatever the case."""

    __tablename__ = "sites"

    id: Mapped[int] = mapped_column(Integer, Identity(always=True), primary_key=True)
    name: Mapped[str]
    description: Mapped[str | None]
    timezone: Mapped[str]
    is_active: Mapped[bool] = mapped_column(server_default=true())

    __table_args__ = (CheckConstraint("char_length(name) BETWEEN 1 AND 100", name="name_length"),)


Index("uq_sites_name", func.lower(Site.name), unique=True)
