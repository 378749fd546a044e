"""The arithmetic of the limits: the generic cell rate algorithm (ITU-T I.371, annex A).

All that is kept of a caller is one moment: when they will have used up nothing any more. Each call
moves it on by its share of the minute, and none may move it further than a minute ahead. So a
burst passes up to the limit, and what was used comes back steadily rather than all at once.

Everything is in whole microseconds; up to the year 2255 they fit into Redis' floating numbers.
"""

from dataclasses import dataclass

WINDOW_SECONDS = 60

_SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class Rate:
    """So many calls a minute, all at once or one by one."""

    limit: int

    @property
    def interval(self) -> int:
        """What a call uses up."""
        return WINDOW_SECONDS * _SECOND // self.limit

    @property
    def capacity(self) -> int:
        """What can be used up at most."""
        return self.interval * self.limit


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a call may pass, and where its caller stands after it."""

    rate: Rate
    is_allowed: bool
    used: int

    @property
    def remaining(self) -> int:
        """The calls that could be made at once."""
        return (self.rate.capacity - self.used) // self.rate.interval

    @property
    def seconds_to_next(self) -> int:
        """Until there is one call more than remain, rounded up; so at least a second."""
        more = self.rate.interval * (self.remaining + 1)
        return _seconds(self.used + more - self.rate.capacity)

    @property
    def seconds_to_full(self) -> int:
        """Until all calls are there again, rounded up."""
        return _seconds(self.used)


def decide(rate: Rate, *, free_at: int | None, now: int) -> tuple[Decision, int | None]:
    """Judge a call, given when nothing will be used up any more (None: nothing is).

    Answers that moment after the call too, None if it stays as it was. Something far ahead, from a
    clock that was set or a limit that was higher, counts as a minute at most.
    """
    used = min(max((free_at or 0) - now, 0), rate.capacity)
    after = used + rate.interval
    if after > rate.capacity:
        return Decision(rate, is_allowed=False, used=used), None
    return Decision(rate, is_allowed=True, used=after), now + after


def _seconds(microseconds: int) -> int:
    return -(-microseconds // _SECOND)
