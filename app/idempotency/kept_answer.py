"""An answer that is kept, and who may be given it again."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import orjson
from starlette.responses import Response

from app.core.sealing import KeyRing
from app.idempotency.keys import RequestKey

KEPT_HEADERS = ("content-type", "etag", "location")
REPLAYED = "Idempotent-Replayed"


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What a request was answered.

    Attributes:
        status: HTTP status code.
        headers: Those that tell of what was done.
        body: The body.
        roles: The caller's role at the time, by the id of each site where something was changed.
        is_system_admin: Whether they were a system administrator.
    """

    status: int
    headers: Mapping[str, str]
    body: str
    roles: Mapping[str, str]
    is_system_admin: bool

    @classmethod
    def of(
        cls, response: Response, *, roles: Mapping[int, str], is_system_admin: bool
    ) -> "KeptAnswer":
        """The answer that is about to leave."""
        return cls(
            status=response.status_code,
            headers={
                name: response.headers[name] for name in KEPT_HEADERS if name in response.headers
            },
            body=bytes(response.body).decode(),
            roles={str(site_id): role for site_id, role in roles.items()},
            is_system_admin=is_system_admin,
        )

    def response(self) -> Response:
        """The same answer again."""
        headers = {**self.headers, REPLAYED: "true"}
        return Response(self.body, self.status, headers=headers)

    def sealed(self, keys: KeyRing, key: RequestKey) -> bytes:
        """The answer as it is stored."""
        return keys.seal(orjson.dumps(asdict(self)).decode(), context=_context(key))

    @classmethod
    def opened(cls, sealed: bytes, keys: KeyRing, key: RequestKey) -> "KeptAnswer":
        """The answer that was stored under a key.

        Raises:
            SealBrokenError: It cannot be opened any more.
        """
        return cls(**orjson.loads(keys.open(sealed, context=_context(key))))


def _context(key: RequestKey) -> str:
    return f"idempotency_records.answer:{key.owner_id}:{key.api_key_id}:{key.text}"
