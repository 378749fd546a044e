"""A signal to stop is heard, whatever is going on when it comes."""

import os
import signal
import time

import pytest

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
