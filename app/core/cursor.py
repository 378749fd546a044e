"""Cursors: where a list goes on, in a form that is good for one question of one caller.

What was asked is signed along with the position and not held by the cursor. The rows that a
cursor leads to are those of the caller's scope at that moment, as with any other page.
"""

from base64 import b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.requests import Request

from app.core.errors import InvalidCursor
from app.core.secret_keys import SecretKeys

_PURPOSE = "cursor"
_SIGNATURE_BYTES = 32
_OF_ANY_PAGE = frozenset({"cursor", "page", "page_size"})
"""Parameters that say which rows to show of what was found, and not what to find."""


@dataclass(frozen=True, slots=True)
class Cursors:
    """Writes and reads the cursors of one question.

    Attributes:
        keys: What they are signed with.
        question: Who asks, and for what.
    """

    keys: SecretKeys
    question: bytes

    @classmethod
    def of(cls, request: Request, *, body: object = None) -> "Cursors":
        """The cursors of what a request asks; its caller has to be verified already.

        Args:
            request: Whose address and headers ask.
            body: What its body asks besides, as JSON can hold it.
        """
        asked = [pair for pair in request.query_params.multi_items() if pair[0] not in _OF_ANY_PAGE]
        site = request.headers.get("x-site-id")
        question = [request.state.user_id, request.url.path, sorted(asked), site, body]
        return cls(request.app.state.secret_keys, orjson.dumps(question))

    def write(self, position: Sequence[object]) -> str:
        """The cursor that goes on behind a position, which is what JSON can hold."""
        content = orjson.dumps(position)
        signature = self.keys.sign(_PURPOSE, self._signed(content))
        return urlsafe_b64encode(signature + content).rstrip(b"=").decode()

    def read(self, cursor: str) -> list[Any]:
        """The position of a cursor.

        Raises:
            InvalidCursor: It is none of ours, or was given for something else.
        """
        try:
            raw = b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        except ValueError:
            raise InvalidCursor from None
        signature, content = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:]
        if not self.keys.verify(_PURPOSE, self._signed(content), signature):
            raise InvalidCursor
        position: list[Any] = orjson.loads(content)
        return position

    def _signed(self, content: bytes) -> bytes:
        # JSON has no line break in it, so nothing of the one can pass for a part of the other.
        return self.question + b"\n" + content
