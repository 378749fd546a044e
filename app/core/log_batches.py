"""Lines of a busy process, written some at a time.

To write a line takes longer than to make it. So those of requests wait for each other a tenth of a
second. A warning or an error waits for nothing, and what came before it goes out with it.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TextIO

import structlog

SECONDS = 0.1


class _BatchedLogger(structlog.WriteLogger):
    """Leaves lines that nobody has to act on in the buffer of the file."""

    def __init__(self, file: TextIO) -> None:
        super().__init__(file)
        self._waiting = file

    def info(self, message: str) -> None:
        self._waiting.write(f"{message}\n")

    debug = info


@asynccontextmanager
async def log_in_batches() -> AsyncIterator[None]:
    """Write lines in batches; at the end all are written, and from then on each by itself."""
    file = sys.stdout
    logger = _BatchedLogger(file)
    structlog.configure(logger_factory=lambda *_: logger)
    flushing = asyncio.create_task(_keep_flushing(file))
    try:
        yield
    finally:
        flushing.cancel()
        structlog.configure(logger_factory=structlog.WriteLoggerFactory(file))
        _flush(file)


async def _keep_flushing(file: TextIO) -> None:
    while True:
        await asyncio.sleep(SECONDS)
        _flush(file)


def _flush(file: TextIO) -> None:
    with suppress(OSError, ValueError):  # who read it is gone, or the disk is full for now
        file.flush()
