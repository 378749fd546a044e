"""The cookie that a browser session lives in."""

from dataclasses import dataclass

from app.core.config import Settings


@dataclass(frozen=True, slots=True)
class SessionCookie:
    """How the cookie is called and set.

    With `__Host-` browsers take it only over https, for this host alone and for all paths, so
    that no neighbouring host can plant one (RFC 6265bis, section 4.1.3.2). Development is plain
    http, where that name could not be set.
    """

    name: str
    max_age: int
    is_secure: bool

    @classmethod
    def of(cls, settings: Settings) -> "SessionCookie":
        """The cookie of a deployment."""
        name = "__Host-ims_session" if settings.is_production else "ims_session"
        return cls(name, settings.session_max_hours * 3600, is_secure=settings.is_production)

    def setting(self, value: str) -> str:
        """The Set-Cookie header that sets it."""
        return f"{self.name}={value}; Max-Age={self.max_age}; {self._attributes}"

    @property
    def clearing(self) -> str:
        """The Set-Cookie header that removes it."""
        return f'{self.name}=""; Max-Age=0; {self._attributes}'

    @property
    def _attributes(self) -> str:
        return "Path=/; HttpOnly; SameSite=Lax" + ("; Secure" if self.is_secure else "")
