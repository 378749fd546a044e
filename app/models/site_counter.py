"""Two numbers of a site that would take a count otherwise."""

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, SiteOwned


class SiteCounter(SiteOwned, Base):
    """What has been folded of a site's deltas; the numbers are right with those still pending.

    Attributes:
        writes: How often an interaction of the site was written: with the number of pending
            deltas it is the site's generation, which grows with every change.
        interactions: How many there are, the trash aside.
    """

    __tablename__ = "site_counters"

    writes: Mapped[int] = mapped_column(BigInteger, server_default="0")
    interactions: Mapped[int] = mapped_column(BigInteger, server_default="0")
