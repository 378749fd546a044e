"""The service's own secrets: what its signatures are made with, one key for each purpose."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence

from app.core.config import Settings
from app.core.generated_file import read_or_create

FILE = "secret-key"


class SecretKeys:
    """Signs with the newest key; believes what any of them has signed."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = [key.encode() for key in keys]

    def sign(self, purpose: str, message: bytes) -> bytes:
        """HMAC-SHA-256 of a message, good for this purpose alone: 32 bytes."""
        return _signature(self._keys[0], purpose, message)

    def signatures(self, purpose: str, message: bytes) -> list[bytes]:
        """What each key makes of a message, the newest key's first."""
        return [_signature(key, purpose, message) for key in self._keys]

    def verify(self, purpose: str, message: bytes, signature: bytes) -> bool:
        """Whether one of the keys has signed this message for this purpose."""
        # Every key is tried, so that the time does not tell which one it was.
        matches = [hmac.compare_digest(own, signature) for own in self.signatures(purpose, message)]
        return any(matches)


def load_secret_keys(settings: Settings) -> SecretKeys:
    """The keys that the settings name, or in development one generated on first start."""
    if settings.secret_keys:
        return SecretKeys([key.get_secret_value() for key in settings.secret_keys])
    return SecretKeys([read_or_create(settings.ims_state_dir / FILE, _new_key).decode()])


def _new_key() -> bytes:
    return secrets.token_urlsafe(48).encode()


def _signature(key: bytes, purpose: str, message: bytes) -> bytes:
    # A key of its own for each purpose: what was signed for one is worth nothing for another.
    own_key = hmac.digest(key, purpose.encode(), hashlib.sha256)
    return hmac.digest(own_key, message, hashlib.sha256)
