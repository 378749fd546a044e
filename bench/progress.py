"""What is being done, on the terminal."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


def say(text: str, *, end: str = "\n") -> None:
    """Tell what is going on; results go to standard output, this does not."""
    sys.stderr.write(text + end)
    sys.stderr.flush()


@contextmanager
def step(name: str) -> Iterator[None]:
    """Tell a step, and how long it took."""
    say(f"  {name} ... ", end="")
    started_at = time.monotonic()
    yield
    say(f"{time.monotonic() - started_at:.1f} s")
