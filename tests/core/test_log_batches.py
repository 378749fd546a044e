"""Lines of requests are written together, and those that matter at once."""

import asyncio
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import structlog

from app.core import log_batches
from app.core.config import Settings
from app.core.log_batches import log_in_batches
from app.core.logging import configure_logging

logger = structlog.get_logger()


class Pipe(io.StringIO):
    """Tells what was written, as somebody at its other end sees it."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.flushed = asyncio.Event()

    def flush(self) -> None:
        """Show what was written."""
        self.seen = self.getvalue().splitlines()
        self.flushed.set()


@contextmanager
def piped(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pipe]:
    """Log to a pipe. Not a fixture: pytest replaces standard output before each test."""
    before = structlog.get_config()
    with monkeypatch.context() as patch:
        found = Pipe()
        patch.setattr(sys, "stdout", found)
        configure_logging(Settings(_env_file=None, log_level="DEBUG"))
        yield found
    structlog.configure(**before)


async def test_what_can_wait_is_written_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_batches, "SECONDS", 0.01)
    with piped(monkeypatch) as pipe:
        async with log_in_batches():
            logger.info("a")
            logger.debug("b")
            assert pipe.seen == []
            async with asyncio.timeout(5):
                await pipe.flushed.wait()

    assert len(pipe.seen) == 2


@pytest.mark.parametrize("level", ["warning", "error", "critical"])
async def test_what_matters_is_written_at_once_behind_all_before_it(
    level: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with piped(monkeypatch) as pipe:
        async with log_in_batches():
            logger.info("before")
            getattr(logger, level)("now")

            assert ["before" in pipe.seen[0], "now" in pipe.seen[1]] == [True, True]


async def test_at_the_end_nothing_waits_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    with piped(monkeypatch) as pipe:
        async with log_in_batches():
            logger.info("last")
        assert len(pipe.seen) == 1

        logger.info("later")
        assert len(pipe.seen) == 2
