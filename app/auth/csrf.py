"""Requests that change something have to come from a page of ours, not just from its browser."""

from base64 import b64decode, urlsafe_b64encode
from dataclasses import dataclass
from uuid import UUID

from app.core.errors import Forbidden
from app.core.secret_keys import SecretKeys

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

_PURPOSE = "csrf"


@dataclass(frozen=True, slots=True)
class CsrfProtection:
    """The two proofs that an unsafe request with a cookie has to bring.

    One is the browser's word about the page that sent it (Fetch Metadata, or Origin), the other
    a token that only a page could read which was allowed to: signed for its session.
    """

    keys: SecretKeys
    origins: frozenset[str]

    def token_for(self, login_id: UUID) -> str:
        """The token of a session."""
        return urlsafe_b64encode(self.keys.sign(_PURPOSE, login_id.bytes)).rstrip(b"=").decode()

    def require_token(self, login_id: UUID, token: str | None) -> None:
        """Refuse a request without its session's token.

        Raises:
            Forbidden: It is missing, or not this session's.
        """
        if not self.keys.verify(_PURPOSE, login_id.bytes, _decoded(token)):
            raise Forbidden("X-CSRF-Token is missing, or not this session's")

    def require_own_page(self, *, fetch_site: str | None, origin: str | None, own: str) -> None:
        """Refuse a request that a page of somebody else has sent.

        Args:
            fetch_site: `Sec-Fetch-Site`, which browsers send and pages cannot change.
            origin: `Origin`, likewise.
            own: The origin that the request was sent to.

        Raises:
            Forbidden: It was, or nothing says that it was not.
        """
        if fetch_site != "same-origin" and origin != own and origin not in self.origins:
            raise Forbidden("This request does not come from a page of this service")


def _decoded(token: str | None) -> bytes:
    try:
        return b64decode((token or "") + "=", altchars=b"-_", validate=True)
    except ValueError:
        return b""
