"""A message that is to be sent."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.vocabulary import MailKind
from app.models.base import Base, one_of


class OutgoingMail(Base):
    """One message to one address, removed when it is sent.

    It says what to tell and, where that is one of many things, about which; not the words:
    secrets are made when it is sent, and never lie here.
    """

    __tablename__ = "outgoing_mails"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    kind: Mapped[str]
    address: Mapped[str]
    about_id: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    attempts: Mapped[int] = mapped_column(server_default="0")
    next_attempt_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        CheckConstraint(one_of("kind", MailKind), name="kind"),
        CheckConstraint("char_length(address) BETWEEN 3 AND 254", name="address_length"),
        Index("ix_outgoing_mails_next_attempt_at", "next_attempt_at"),
    )
