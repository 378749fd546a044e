"""A login that has gone to the provider and is not back yet; it waits in a cookie, sealed."""

import hashlib
import hmac
import json
import secrets
import time
from base64 import b64decode, urlsafe_b64encode
from dataclasses import asdict, dataclass

from app.auth.session_cookie import SessionCookie
from app.core.config import Settings
from app.core.sealing import KeyRing, SealBrokenError

LIFETIME_SECONDS = 600

_CONTEXT = "pending provider login"


@dataclass(frozen=True, slots=True)
class PendingLogin:
    """What has to come back with the browser, or be known when it does.

    Attributes:
        state: Ties the answer to the browser that asked (RFC 6749, section 10.12).
        nonce: Ties the ID token to this login.
        verifier: Ties the code to us (RFC 7636).
        return_to: The path to go on to.
        expires_at: As Unix time.
    """

    state: str
    nonce: str
    verifier: str
    return_to: str
    expires_at: int

    @classmethod
    def new(cls, return_to: str) -> "PendingLogin":
        """Begin one, with three secrets of 256 bits."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        return cls(
            state, nonce, verifier, return_to, expires_at=int(time.time()) + LIFETIME_SECONDS
        )

    @classmethod
    def open(cls, cookie: str, keys: KeyRing) -> "PendingLogin | None":
        """Read a cookie; None when it is none of ours, or too old."""
        try:
            sealed = b64decode(cookie, altchars=b"-_", validate=True)
            pending = cls(**json.loads(keys.open(sealed, context=_CONTEXT)))
        except (ValueError, SealBrokenError):
            return None
        return pending if time.time() < pending.expires_at else None

    def seal(self, keys: KeyRing) -> str:
        """The value of the cookie."""
        return urlsafe_b64encode(keys.seal(json.dumps(asdict(self)), context=_CONTEXT)).decode()

    @property
    def challenge(self) -> str:
        """What the provider is told of the verifier beforehand: S256 of it."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return urlsafe_b64encode(digest).rstrip(b"=").decode()

    def is_answered_by(self, state: str | None) -> bool:
        """Whether an answer is to this login."""
        return hmac.compare_digest((state or "").encode(), self.state.encode())


def pending_cookie(settings: Settings) -> SessionCookie:
    """How the cookie is called and set."""
    name = "__Host-ims_oidc" if settings.is_production else "ims_oidc"
    return SessionCookie(name, LIFETIME_SECONDS, is_secure=settings.is_production)
