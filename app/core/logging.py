"""Logs: one JSON object a line, for our own events and for those of the libraries alike."""

import json
import logging
import sys
from collections.abc import Sequence
from contextlib import suppress

import orjson
import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, Processor, WrappedLogger

from app.core.config import Settings
from app.core.exception_text import exception_text
from app.core.log_context import merge_logged_fields

# ASCII only: that escapes not just CR and LF but every character that some terminal or log
# reader takes for the end of a line. Most lines are that by themselves, and soon written.
_ENCODER = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), default=str)

_VERBOSE = ("sqlalchemy", "app.core.database", "httpx", "httpcore")
"""Libraries whose lower levels print statements with their values, or whole addresses."""


def configure_logging(settings: Settings) -> None:
    """Send all logging to standard output, from the level that the settings name."""
    level = logging.getLevelNamesMapping()[settings.effective_log_level]
    shared: list[Processor] = [
        merge_logged_fields,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(exception_text),
    ]
    structlog.configure(
        processors=[*shared, _render],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stdout),
    )
    _bridge_standard_library(level, shared)


def _render(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    with suppress(orjson.JSONEncodeError):  # it takes less than the standard library does
        line = orjson.dumps(event, default=str)
        if line.isascii():
            return line.decode()
    return _ENCODER.encode(event)


def _bridge_standard_library(level: int, shared: Sequence[Processor]) -> None:
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[ProcessorFormatter.remove_processors_meta, _render],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "arq"):
        library = logging.getLogger(name)
        library.handlers.clear()
        library.propagate = True
    # Its lines have the query string, which ours leave out.
    logging.getLogger("uvicorn.access").disabled = True
    for name in _VERBOSE:
        logging.getLogger(name).setLevel(logging.WARNING)
