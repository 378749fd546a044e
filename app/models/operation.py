"""An operation: changes of many interactions that belong together and can be taken back."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.vocabulary import OperationKind
from app.models.base import Base, one_of


class Operation(Base):
    """One operation of one person; its changes carry its id.

    What takes it back is an operation too: the changes of that carry `undo_id`, so that an undo
    that was cut off knows what it has done, and an import what is in the trash only through one.
    """

    __tablename__ = "operations"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("app.users.id"))
    kind: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    undo_id: Mapped[uuid.UUID | None] = mapped_column(unique=True)
    undo_job_id: Mapped[int | None] = mapped_column(BigInteger)
    undo_asked_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    outcome: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))

    __table_args__ = (
        CheckConstraint(one_of("kind", OperationKind), name="kind"),
        Index("ix_operations_owner_id", "owner_id"),
    )
