"""How far an import is, on a terminal and in a log."""

import io
from uuid import uuid4

import pytest

from app.imports.progress import Progress
from app.imports.summary import Summary


class Terminal(io.StringIO):
    """A stream that says it is one."""

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, to be set."""
    now = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    return now


def shown(stream: io.StringIO, clock: list[float], *times: float) -> str:
    progress = Progress(stream)
    summary = Summary(uuid4(), is_dry_run=False, total=3000)
    for time in times:
        clock[0] = time
        summary.tally.read += 1000
        progress.show(summary)
    progress.clear()
    return stream.getvalue()


def test_a_log_gets_a_line_now_and_then(clock: list[float]) -> None:
    output = shown(io.StringIO(), clock, 1, 5, 6)

    counts = "0 written, 0 updated, 0 unchanged, 0 refused"
    assert output == f"2,000 of 3,000 rows: {counts}\n"


def test_a_terminal_gets_one_line_that_changes_and_goes(clock: list[float]) -> None:
    output = shown(Terminal(), clock, 1, 1.01, 2)

    assert [part[3:15] for part in output.split("\r")[1:]] == ["1,000 of 3,0", "3,000 of 3,0", ""]
    assert "\n" not in output
