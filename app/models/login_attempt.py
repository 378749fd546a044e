"""How often somebody has tried to log in to an account from an address."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary, func
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class LoginAttempts(Base):
    """The attempts of one pair of account and address: those that failed, and those under way.

    The pair is a keyed digest: nothing here tells who tried what.
    """

    __tablename__ = "login_attempts"

    pair: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    failures: Mapped[int]
    running: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (Index("ix_login_attempts_last_at", "last_at"),)
