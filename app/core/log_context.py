"""What the log lines of one request or job have in common.

It is one variable with one mapping. A variable for each field, as structlog has them, takes longer
to set, to gather and to take back.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from structlog.typing import EventDict, WrappedLogger

Fields = dict[str, object]

_fields: ContextVar[Fields] = ContextVar("log_context")


@contextmanager
def log_context(fields: Fields) -> Iterator[None]:
    """Have all lines from here on carry these fields, and those that are added meanwhile."""
    token = _fields.set(fields)
    try:
        yield
    finally:
        _fields.reset(token)


def logged_fields() -> Mapping[str, object]:
    """What lines carry here and now."""
    return _fields.get({})


def add_logged_fields(**fields: object) -> None:
    """Have what follows of this request or job carry more; outside of any, nothing does."""
    _fields.get({}).update(fields)


def merge_logged_fields(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Add the fields to a line, which may have something else to say of one of them."""
    return {**logged_fields(), **event}
