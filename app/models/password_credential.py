"""The password of a local account, apart from the user so that few statements can reach it."""

from datetime import datetime

from sqlalchemy import ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class PasswordCredential(Base):
    """One user's argon2 hash."""

    __tablename__ = "password_credentials"

    user_id: Mapped[int] = mapped_column(ForeignKey("app.users.id"), primary_key=True)
    password_hash: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())
