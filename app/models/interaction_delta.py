"""What a write did to the counts, until it is folded into them."""

from datetime import date

from sqlalchemy import BigInteger, Identity
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, SiteOwned


class InteractionDelta(SiteOwned, Base):
    """One difference to one count.

    Rows that are only added keep writers from waiting for each other, as they would for one
    counter. Every write leaves one, also when no count changes: their number is the generation.
    """

    __tablename__ = "interaction_deltas"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    type: Mapped[str]
    month: Mapped[date]
    interactions: Mapped[int]
    minutes: Mapped[int] = mapped_column(BigInteger)
