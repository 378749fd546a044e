"""Texts that are stored so that nobody with only the database can read them.

AES-256-GCM (NIST SP 800-38D), a random nonce of 96 bits each time. A sealed value is one byte for
the format, eight for the key's id, the nonce, and the encrypted text with its tag.
"""

import hashlib
import os
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.core.config import Settings, StartRefusedError
from app.core.generated_file import read_or_create

FILE = "encryption-key"
KEY_BYTES = 32

_FORMAT = b"\x01"
_ID_BYTES = 8
_NONCE_BYTES = 12
_HEAD_BYTES = len(_FORMAT) + _ID_BYTES


class SealBrokenError(RuntimeError):
    """A sealed value cannot be opened: its key is missing, or it is not what was sealed."""


class KeyRing:
    """Seals with the first key, opens with whichever key a value was sealed with."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._ciphers = {key_id(key): AESGCM(key) for key in keys}
        self.current_head = _FORMAT + key_id(keys[0])

    def seal(self, text: str, *, context: str) -> bytes:
        """Encrypt a text; it can only be opened in the same context, such as a field of a site."""
        cipher = self._ciphers[self.current_head[len(_FORMAT) :]]
        nonce = os.urandom(_NONCE_BYTES)
        return self.current_head + nonce + cipher.encrypt(nonce, text.encode(), context.encode())

    def open(self, sealed: bytes, *, context: str) -> str:
        """Decrypt what was sealed in this context.

        Raises:
            SealBrokenError: Its key is not in the ring, or it was changed or moved.
        """
        cipher = self._ciphers.get(sealed[len(_FORMAT) : _HEAD_BYTES])
        if cipher is None or not sealed.startswith(_FORMAT):
            raise SealBrokenError("No key of ENCRYPTION_KEYS has sealed this value")
        nonce = sealed[_HEAD_BYTES : _HEAD_BYTES + _NONCE_BYTES]
        try:
            text = cipher.decrypt(nonce, sealed[_HEAD_BYTES + _NONCE_BYTES :], context.encode())
        except (InvalidTag, ValueError):
            raise SealBrokenError("A sealed value is not what was sealed") from None
        return text.decode()

    def is_current(self, sealed: bytes) -> bool:
        """Whether the first key has sealed it."""
        return sealed.startswith(self.current_head)


def key_id(key: bytes) -> bytes:
    """A name for a key that tells nothing of it."""
    return hashlib.sha256(b"ims key id" + key).digest()[:_ID_BYTES]


def load_key_ring(settings: Settings) -> KeyRing:
    """The keys that the settings name, or in development one generated on first start.

    Raises:
        StartRefusedError: One of them is not 32 bytes in base64.
    """
    if settings.encryption_keys:
        texts = [key.get_secret_value() for key in settings.encryption_keys]
    else:
        texts = [read_or_create(settings.ims_state_dir / FILE, _new_key).decode()]
    return KeyRing([_key(text) for text in texts])


def _new_key() -> bytes:
    return urlsafe_b64encode(os.urandom(KEY_BYTES))


def _key(text: str) -> bytes:
    try:
        key = b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except ValueError:  # not base64, or not even ASCII
        key = b""
    if len(key) != KEY_BYTES:
        raise StartRefusedError(
            f"ENCRYPTION_KEYS: each key is {KEY_BYTES} bytes in base64, such as"
            " `openssl rand -base64 32` prints"
        )
    return key
