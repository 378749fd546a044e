"""The form of an API key: a part to look it up by, a secret, and a checksum against typos."""

import re
import secrets
import string
import zlib
from dataclasses import dataclass, field

from app.core.secret_keys import SecretKeys

_PURPOSE = "api-key"
_LETTERS = string.ascii_letters + string.digits
_FORM = re.compile(r"((ims_(?:live|dev)_[A-Za-z0-9]{10})_([A-Za-z0-9_-]{43}))_([0-9a-f]{8})")


@dataclass(frozen=True, slots=True)
class ApiKeyText:
    """A key as its holder has it; what is stored are `public_id` and a digest of the whole.

    Attributes:
        public_id: Its beginning, which is no secret. It always starts the same, so that scanners
            for leaked secrets can tell a key, and says whether a deployment depends on it.
        secret: 256 bits, in the alphabet of base64url.
    """

    public_id: str
    secret: str = field(repr=False)

    @classmethod
    def new(cls, *, is_live: bool) -> "ApiKeyText":
        """Make a key that there has never been."""
        name = "".join(secrets.choice(_LETTERS) for _ in range(10))
        return cls.with_new_secret(f"ims_{'live' if is_live else 'dev'}_{name}")

    @classmethod
    def with_new_secret(cls, public_id: str) -> "ApiKeyText":
        """Make a key anew under the beginning that it has."""
        return cls(public_id, secrets.token_urlsafe(32))

    @classmethod
    def read(cls, text: str) -> "ApiKeyText | None":
        """Take one apart; None when it is no key, or one that was copied wrongly."""
        match = _FORM.fullmatch(text)
        if match is None or _checksum(match[1]) != match[4]:
            return None
        return cls(match[2], match[3])

    def digest(self, keys: SecretKeys) -> bytes:
        """What is stored; 256 random bits need no slow hash, but a key of the service's own."""
        return keys.sign(_PURPOSE, self._unchecked.encode())

    def digests(self, keys: SecretKeys) -> list[bytes]:
        """What may have been stored, under each of the service's keys."""
        return keys.signatures(_PURPOSE, self._unchecked.encode())

    @property
    def _unchecked(self) -> str:
        return f"{self.public_id}_{self.secret}"

    def __str__(self) -> str:
        return f"{self._unchecked}_{_checksum(self._unchecked)}"


def _checksum(text: str) -> str:
    return f"{zlib.crc32(text.encode()):08x}"
