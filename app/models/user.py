"""A person who may log in."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Identity, Index, Integer, false, func, true
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Timestamped


class User(Timestamped, Base):
    """One person; user name and e-mail address are each unique whatever the case."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(Integer, Identity(always=True), primary_key=True)
    username: Mapped[str]
    email: Mapped[str]
    full_name: Mapped[str]
    is_active: Mapped[bool] = mapped_column(server_default=true())
    is_system_admin: Mapped[bool] = mapped_column(server_default=false())
    last_login_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("username ~ '^[A-Za-z0-9._-]{3,50}$'", name="username_form"),
        CheckConstraint("char_length(email) BETWEEN 3 AND 254", name="email_length"),
        CheckConstraint("char_length(full_name) BETWEEN 1 AND 100", name="full_name_length"),
    )


Index("uq_users_username", func.lower(User.username), unique=True)
Index("uq_users_email", func.lower(User.email), unique=True)
