"""Telling how far an import is, without filling anybody's log."""

import time
from typing import TextIO

from app.imports.summary import Summary

SECONDS_ON_TERMINAL, SECONDS_IN_LOG = 0.1, 5.0


class Progress:
    """One line that changes on a terminal; a new line now and then elsewhere."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._is_terminal = stream.isatty()
        self._interval = SECONDS_ON_TERMINAL if self._is_terminal else SECONDS_IN_LOG
        self._next = time.monotonic() + self._interval

    def show(self, summary: Summary) -> None:
        """Show the counts, if it is time to."""
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + self._interval
        line = f"{summary.tally.read:,} of {summary.total:,} rows: {summary.counts}"
        self._stream.write(f"\r\x1b[K{line}" if self._is_terminal else f"{line}\n")
        self._stream.flush()

    def clear(self) -> None:
        """Take the line off the terminal."""
        if self._is_terminal:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
