"""A state directory that every account can reach, and the supervisor started in it."""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.local.dev import STAND_IN, Dev
from tests.places import open_folder


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that every account can reach."""
    with open_folder() as folder:
        yield folder


@pytest.fixture
def start_dev(place: Path) -> Iterator[Callable[..., Dev]]:
    """Start the supervisor with the stand-in; variables are passed on."""
    started: list[Dev] = []

    def start(
        state: str = "state",
        terminal: int | None = None,
        command: tuple[str, ...] = STAND_IN,
        **environment: str,
    ) -> Dev:
        started.append(Dev(place / state, environment, terminal, command))
        return started[-1]

    yield start
    for dev in started:
        if dev.process.poll() is None:
            dev.end(signal.SIGTERM)
