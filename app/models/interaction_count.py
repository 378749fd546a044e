"""How many interactions a site has of each type in each month."""

from datetime import date

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, SiteOwned


class InteractionCount(SiteOwned, Base):
    """One type in one month (in UTC, by its first day), as far as deltas have been folded."""

    __tablename__ = "interaction_counts"

    type: Mapped[str] = mapped_column(primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    interactions: Mapped[int] = mapped_column(BigInteger, server_default="0")
    minutes: Mapped[int] = mapped_column(BigInteger, server_default="0")
