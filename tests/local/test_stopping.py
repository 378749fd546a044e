"""A signal to stop is heard, whatever is going on when it comes."""

import os
import signal
import time
from collections.abc import Callable

import pytest

from app.local.errors import LocalServerError
from app.local.stopping import SECONDS_TO_BE_HEARD, Stopped, ignore_stop_signals, stop_signals


class Finalised:
    """Sends a signal while it is being finalised, where Python drops what is raised."""

    def __del__(self) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0.01)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_signal_during_a_finaliser_is_heard_a_moment_later() -> None:
    with stop_signals():
        Finalised()
        with pytest.raises(Stopped):
            time.sleep(SECONDS_TO_BE_HEARD * 4)


def test_nothing_interrupts_who_is_stopping_already() -> None:
    with stop_signals():
        ignore_stop_signals()
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.01)


def test_the_handlers_of_before_are_back_afterwards() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with stop_signals():
        pass

    assert signal.getsignal(signal.SIGTERM) is before


def broken_by_a_signal() -> None:
    """Fail as code does that turns what interrupts it into an error of its own."""
    with stop_signals():
        try:
            signal.raise_signal(signal.SIGTERM)
        except Stopped:
            raise LocalServerError("ended while starting") from None


def failing_by_itself() -> None:
    """Fail with nobody having asked for it."""
    with stop_signals():
        raise LocalServerError("ended while starting")


@pytest.mark.parametrize(
    ("work", "told"), [(broken_by_a_signal, Stopped), (failing_by_itself, LocalServerError)]
)
def test_what_a_signal_breaks_is_told_as_a_stop(
    work: Callable[[], None], told: type[BaseException]
) -> None:
    with pytest.raises(told):
        work()
