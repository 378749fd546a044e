"""Exceptions as text for the log: where and what, without the rows and inputs they quote."""

import traceback
from collections.abc import Iterator

from structlog.typing import ExcInfo

_QUOTING_INPUT = frozenset({"pydantic", "pydantic_core", "fastapi"})
_QUOTING_ROWS = frozenset({"sqlalchemy", "asyncpg"})
_STATES_QUOTING_VALUES = ("22", "23")
_MAX_CHAIN = 10


def exception_text(exc_info: ExcInfo) -> str:
    """Render an exception after those that led to it, in the order in which they were raised."""
    return "\n".join(reversed([*_chain(exc_info[1])]))


def _chain(error: BaseException | None) -> Iterator[str]:
    for _ in range(_MAX_CHAIN):
        if error is None:
            return
        yield "".join(traceback.format_tb(error.__traceback__)) + _headline(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _headline(error: BaseException) -> str:
    kind = type(error)
    return f"{kind.__module__}.{kind.__qualname__}: {_message(error)}"


def _message(error: BaseException) -> str:
    library = type(error).__module__.partition(".")[0]
    if library in _QUOTING_INPUT:
        return "(message withheld)"
    if library in _QUOTING_ROWS:
        state = str(getattr(getattr(error, "orig", error), "sqlstate", None))
        if state.startswith(_STATES_QUOTING_VALUES) or isinstance(error, ValueError):
            return f"(message withheld, SQLSTATE {state})"
        return str(error).partition("\n")[0]  # statement, parameters and DETAIL come below
    return str(error)
