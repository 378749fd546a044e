"""The form of a refresh token: which login it belongs to, and a secret that is used once."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from uuid import UUID

_FORM = re.compile(r"imsr_([0-9a-f]{32})_([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """A refresh token; what is stored is `digest`, never the secret."""

    family_id: UUID
    secret: str

    @classmethod
    def new(cls, family_id: UUID) -> "RefreshToken":
        """Make one with a secret of 256 bits."""
        return cls(family_id, secrets.token_urlsafe(32))

    @classmethod
    def read(cls, text: str) -> "RefreshToken | None":
        """Take one apart; None when it is none of ours."""
        match = _FORM.fullmatch(text)
        return cls(UUID(match[1]), match[2]) if match else None

    @property
    def digest(self) -> bytes:
        """SHA-256 of the secret; 256 random bits need no slow hash."""
        return hashlib.sha256(self.secret.encode()).digest()

    def __str__(self) -> str:
        return f"imsr_{self.family_id.hex}_{self.secret}"
