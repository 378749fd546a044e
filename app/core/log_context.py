"""What the log lines of one request or job have in common.

It is one variable with one mapping. A variable for each field, as structlog has them, would take
longer to set, to gather and to take back than many a request has for all else.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType

from structlog.typing import EventDict, WrappedLogger

Fields = dict[str, object]

_NOTHING: Mapping[str, object] = MappingProxyType({})

_fields: ContextVar[Mapping[str, object]] = ContextVar("log_context", default=_NOTHING)


@contextmanager
def log_context(fields: Fields) -> Iterator[Fields]:
    """Have all lines from here on carry these fields, among them those that are added meanwhile."""
    token = _fields.set(fields)
    try:
        yield fields
    finally:
        _fields.reset(token)


def logged_fields() -> Mapping[str, object]:
    """What lines carry here and now."""
    return _fields.get()


def add_logged_fields(**fields: object) -> None:
    """Have what follows of this request or job carry more; outside of any, nothing does."""
    known = _fields.get()
    if isinstance(known, dict):
        known.update(fields)


def merge_logged_fields(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Add the fields to a line, which may have something else to say of one of them."""
    return {**_fields.get(), **event}
