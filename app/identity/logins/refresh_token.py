"""The form of a refresh token."""

from typing import ClassVar

from app.core.row_secret import RowSecret


class RefreshToken(RowSecret):
    """Which login it carries on, and a secret that is used once."""

    prefix: ClassVar[str] = "imsr_"
