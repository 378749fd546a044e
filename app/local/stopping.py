"""Signals that end the supervisor in order."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody asked us to stop; passes through every `except Exception`."""


@contextmanager
def stop_signals() -> Iterator[None]:
    """Raise Stopped at the first signal and ignore the following ones: stopping is done whole."""
    before = {number: signal.getsignal(number) for number in STOP_SIGNALS}

    def stop(_number: int, _frame: FrameType | None) -> None:
        ignore_stop_signals()
        raise Stopped

    for number in STOP_SIGNALS:
        if (
            before[number] is not signal.SIG_IGN or number == signal.SIGINT
        ):  # `nohup` stays in force
            signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def ignore_stop_signals() -> None:
    """Let nothing more interrupt us: we are stopping already."""
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
