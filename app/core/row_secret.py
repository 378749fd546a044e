"""Secrets that are handed out for a row of a table, and stored as a digest only."""

import hashlib
import re
import secrets
from dataclasses import dataclass, field
from typing import ClassVar, Self
from uuid import UUID

_FORM = re.compile(r"([0-9a-f]{32})_([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True)
class RowSecret:
    """Which row it is, and 256 random bits that show it; what is stored is `digest`.

    Each kind begins with a `prefix` of its own, so that none is taken for another, and scanners
    for leaked secrets can tell them.
    """

    prefix: ClassVar[str]

    row_id: UUID
    secret: str = field(repr=False)

    @classmethod
    def new(cls, row_id: UUID) -> Self:
        """Make one for a row."""
        return cls(row_id, secrets.token_urlsafe(32))

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Take one apart; None when it is none of this kind."""
        if not text.startswith(cls.prefix):
            return None
        match = _FORM.fullmatch(text.removeprefix(cls.prefix))
        return cls(UUID(match[1]), match[2]) if match else None

    @property
    def digest(self) -> bytes:
        """SHA-256 of the secret; 256 random bits need no slow hash."""
        return hashlib.sha256(self.secret.encode()).digest()

    def __str__(self) -> str:
        return f"{self.prefix}{self.row_id.hex}_{self.secret}"
