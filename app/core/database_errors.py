"""What the database refuses, in our own terms: the one map from SQLSTATE to an answer."""

from collections.abc import Callable

import asyncpg
import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from app.core.errors import AppError, Conflict, Forbidden, Unavailable, ValidationFailed

Answer = Callable[[], AppError]

CLIENT_SIDE = "client"
"""Stands for the SQLSTATE of a value that the driver could not even send."""

CONNECTION_LOST = "08006"

_ANSWERS: dict[str, Answer] = {
    # Values that validation should have stopped; the log says so.
    "22": ValidationFailed,
    "54000": ValidationFailed,
    CLIENT_SIDE: ValidationFailed,
    "23502": ValidationFailed,
    "23503": ValidationFailed,
    "23514": ValidationFailed,
    "23505": Conflict,
    "42501": Forbidden,
    # Worth another try: by somebody else's transaction, or for want of time or room.
    "40001": Unavailable,
    "40P01": Unavailable,
    "55P03": Unavailable,
    "57014": Unavailable,
    "25P03": Unavailable,
    "53": Unavailable,
    "57P": Unavailable,
    "08": Unavailable,
    # No such table, schema or function: the database is not migrated yet.
    "42P01": Unavailable,
    "3F000": Unavailable,
    "42883": Unavailable,
}

logger = structlog.get_logger()


def database_answer(error: BaseException) -> AppError | None:
    """The answer to an error of the database or of the way to it; None when it is neither.

    The database's own message is neither answered nor logged: it quotes rows.
    """
    sqlstate = sqlstate_of(error)
    answer = next((_ANSWERS[part] for part in _parts(sqlstate) if part in _ANSWERS), None)
    if sqlstate is None or answer is None:
        return None
    event = "security_database_refused_access" if answer is Forbidden else "database_refused"
    logger.warning(event, sqlstate=sqlstate, error=type(_origin(error)).__name__)
    return _taken(_origin(error)) if answer is Conflict else answer()


def _taken(origin: BaseException) -> Conflict:
    """A duplicate, by the name of the field that the unique constraint is for."""
    constraint = getattr(origin, "constraint_name", None) or ""
    prefix = f"uq_{getattr(origin, 'table_name', None)}_"
    if not constraint.startswith(prefix):
        return Conflict()
    field = constraint.removeprefix(prefix)
    label = field.replace("_", " ").capitalize()
    return Conflict(f"{label} is taken already", details={field: f"{label} is taken already"})


def sqlstate_of(error: BaseException) -> str | None:
    """The SQLSTATE of an error, or of what it amounts to; None when it has none."""
    origin = _origin(error)
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return CONNECTION_LOST
    if sqlstate := getattr(origin, "sqlstate", None):
        return str(sqlstate)
    if isinstance(origin, asyncpg.InterfaceError):
        return _of_interface_error(origin)
    # The driver's own state is upset when a connection ends in the middle of a message.
    is_unreachable = isinstance(origin, OSError | PoolTimeoutError | asyncpg.InternalClientError)
    return CONNECTION_LOST if is_unreachable else None


def _of_interface_error(error: asyncpg.InterfaceError) -> str | None:
    if isinstance(error, ValueError):
        return CLIENT_SIDE
    is_closed = any(word in str(error) for word in ("closed", "closing", "released"))
    return CONNECTION_LOST if is_closed else None


def _origin(error: BaseException) -> BaseException:
    """The driver's own error beneath SQLAlchemy's two wrappers."""
    if isinstance(error, DBAPIError) and error.orig is not None:
        return error.orig.__cause__ or error.orig
    return error


def _parts(sqlstate: str | None) -> tuple[str, ...]:
    """A state, then the families it belongs to."""
    return (sqlstate, sqlstate[:3], sqlstate[:2]) if sqlstate else ()
