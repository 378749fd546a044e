"""Signals that end the supervisor in order."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SECONDS_TO_BE_HEARD = 0.5


class Stopped(BaseException):
    """Somebody asked us to stop; passes through every `except Exception`."""


@contextmanager
def stop_signals() -> Iterator[None]:
    """Raise Stopped at a signal, again and again until `ignore_stop_signals` says it was heard.

    Once is not enough: what is raised while a finaliser happens to run, Python drops. And what is
    interrupted may turn it into an error of its own, which then tells nobody anything.
    """
    is_asked = False
    before = {number: signal.getsignal(number) for number in (*STOP_SIGNALS, signal.SIGALRM)}

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal is_asked
        is_asked = True
        signal.setitimer(signal.ITIMER_REAL, SECONDS_TO_BE_HEARD)
        raise Stopped

    for number, handler in before.items():
        is_nohup = handler is signal.SIG_IGN and number != signal.SIGINT
        if not is_nohup:
            signal.signal(number, stop)
    try:
        yield
    except Exception as error:
        if is_asked:
            raise Stopped from error
        raise
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before.items():
            signal.signal(number, handler)


def ignore_stop_signals() -> None:
    """Let nothing more interrupt us: we are stopping already."""
    signal.setitimer(signal.ITIMER_REAL, 0)
    for number in (*STOP_SIGNALS, signal.SIGALRM):
        signal.signal(number, signal.SIG_IGN)
