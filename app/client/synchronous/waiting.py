# Made by `make client` from app/client/asynchronous/waiting.py: change that instead.

"""Waiting for what is done in the background."""

import time
from collections.abc import Callable
from typing import TypeVar

from app.client.errors import WaitTimeoutError

State = TypeVar("State")

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
"""In seconds; each pause is half as long again as the one before."""


def wait_for(
    look: Callable[[], State],
    is_open: Callable[[State], bool],
    *,
    seconds: float | None,
    on_progress: Callable[[State], None] | None,
) -> State:
    """Look again and again until there is nothing more to come.

    Raises:
        WaitTimeoutError: That takes longer than so many seconds.
    """
    give_up_at = None if seconds is None else time.monotonic() + seconds
    pause = FIRST_PAUSE
    while True:
        state = look()
        if on_progress is not None:
            on_progress(state)
        if not is_open(state):
            return state
        if give_up_at is not None and time.monotonic() + pause > give_up_at:
            raise WaitTimeoutError(f"It is not done after {seconds} seconds")
        time.sleep(pause)
        pause = min(pause * 1.5, LONGEST_PAUSE)
