"""Which statements are slow; their values are nobody's business."""

import time
from typing import Any

import structlog
from sqlalchemy import Connection, ExceptionContext, event
from sqlalchemy.ext.asyncio import AsyncEngine

_STARTED_AT = "query_started_at"
_MAX_LENGTH = 4000

logger = structlog.get_logger()


def log_queries(engine: AsyncEngine, *, slow_ms: int, debug: bool) -> None:
    """Log slow statements as warnings and, for debugging, all others with their time too."""

    def start(connection: Connection, *_: Any) -> None:
        connection.info[_STARTED_AT] = time.perf_counter()

    def finish(connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        _log(connection, statement, slow_ms=slow_ms, debug=debug)

    def fail(context: ExceptionContext) -> None:
        if context.connection is not None and context.statement is not None:
            _log(context.connection, context.statement, slow_ms=slow_ms, debug=debug)

    event.listen(engine.sync_engine, "before_cursor_execute", start)
    event.listen(engine.sync_engine, "after_cursor_execute", finish)
    event.listen(engine.sync_engine, "handle_error", fail)


def _log(connection: Connection, statement: str, *, slow_ms: int, debug: bool) -> None:
    started_at = connection.info.pop(_STARTED_AT, None)
    if started_at is None:
        return
    ms = round((time.perf_counter() - started_at) * 1000, 1)
    if ms > slow_ms:
        logger.warning("slow_query", sql=_on_one_line(statement), ms=ms)
    elif debug:
        logger.debug("query", sql=_on_one_line(statement), ms=ms)


def _on_one_line(statement: str) -> str:
    return " ".join(statement.split())[:_MAX_LENGTH]
