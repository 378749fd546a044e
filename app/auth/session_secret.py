"""What a session cookie holds."""

from typing import ClassVar

from app.core.row_secret import RowSecret


class SessionSecret(RowSecret):
    """Which session a browser is in, and a secret that changes as it goes on."""

    prefix: ClassVar[str] = "imss_"
