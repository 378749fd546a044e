"""What a request was answered that its client may send again."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, LargeBinary, func
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class IdempotencyRecord(Base):
    """One answer, under the key that the client gave its request; kept for a day.

    Keys are a caller's: `api_key_id` is 0 for whoever called without one. `fingerprint` is a hash
    of the request. `answer` is sealed, since an answer may hold what the database never sees.
    """

    __tablename__ = "idempotency_records"

    owner_id: Mapped[int] = mapped_column(ForeignKey("app.users.id"), primary_key=True)
    api_key_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    answer: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        CheckConstraint("char_length(key) BETWEEN 1 AND 255", name="key_length"),
        Index("ix_idempotency_records_created_at", "created_at"),
    )
