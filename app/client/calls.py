"""A call before it is made: all that is known of it without a connection."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from pydantic import BaseModel

from app.client.bodies import Json, Upload, json_of
from app.client.parameters import written

PREFIX = "/api/v1"

_SAFE = frozenset({"GET", "HEAD"})

_WITHOUT_KEYS = "/auth/"
"""What has to do with logging in is never kept, so it takes no keys."""


class Caller(Enum):
    """Who a call is made as."""

    SELF = auto()
    """Whoever the client is for."""

    NOBODY = auto()
    """Nobody: the call needs no caller."""

    BROWSER = auto()
    """Whom the cookies tell, as a browser would."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of an operation.

    Attributes:
        is_harmless_twice: Whether it may be repeated though the service does not know it again.
        answers: Statuses of 300 and more that are answers of this operation all the same.
        read_seconds: How long to wait for the next bytes; None: as long as for all others.
    """

    method: str
    path: str
    query: list[tuple[str, str]] = field(default_factory=list)
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = field(default=None, repr=False)
    upload: Upload | None = None
    caller: Caller = Caller.SELF
    is_harmless_twice: bool = False
    answers: frozenset[int] = frozenset()
    read_seconds: float | None = None

    @property
    def may_be_repeated(self) -> bool:
        """Whether a second time does no harm, even if the first has done its work."""
        is_harmless = (
            self.method in _SAFE or "Idempotency-Key" in self.headers or self.is_harmless_twice
        )
        return is_harmless and (self.upload is None or self.upload.may_be_sent_again)


def call(
    method: str,
    path: str,
    *pieces: object,
    query: Mapping[str, object] | None = None,
    body: BaseModel | Json | None = None,
    headers: Mapping[str, str] | None = None,
    if_match: int | None = None,
    prefix: str = PREFIX,
    is_harmless_twice: bool = False,
    **more: Any,
) -> Call:
    """A call; `{}` in the path stand for pieces, which are quoted.

    A call that changes something carries a key of its own, by which the service knows it again.
    """
    sent = dict(headers or {})
    content = None
    if body is not None:
        content, sent["Content-Type"] = json_of(body), "application/json"
    if if_match is not None:
        sent["If-Match"] = f'"{if_match}"'
    if not (method in _SAFE or is_harmless_twice or path.startswith(_WITHOUT_KEYS)):
        sent["Idempotency-Key"] = str(uuid4())
    return Call(
        method=method,
        path=prefix + path.format(*(quote(str(piece), safe="") for piece in pieces)),
        query=written(query or {}),
        headers=sent,
        content=content,
        is_harmless_twice=is_harmless_twice,
        **more,
    )
