"""What a link that sets a password ends with."""

from typing import ClassVar

from app.core.row_secret import RowSecret


class LinkToken(RowSecret):
    """Which link it is, and a secret that is used once."""

    prefix: ClassVar[str] = "imsp_"
