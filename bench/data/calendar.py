"""When the generated interactions took place."""

from datetime import UTC, datetime, timedelta
from random import Random

FIRST = datetime(2021, 1, 4, tzinfo=UTC)
PERIOD = timedelta(days=5 * 365)
DURATIONS = tuple(timedelta(minutes=minutes) for minutes in (15, 30, 30, 45, 60, 60, 90, 120, 240))
NOTED_WITHIN = timedelta(days=3)


def start_at(random: Random, moment: float) -> datetime:
    """A quarter of an hour of a working day around a moment of the period (0 to 1).

    Rows come in about the order of their dates. One in twenty is written long before or after.
    """
    spread = 300 if random.random() < 0.05 else 10
    day = FIRST + moment * PERIOD + timedelta(days=random.uniform(-spread, spread))
    if day.weekday() > 4 and random.random() < 0.9:
        day += timedelta(days=2)
    return day.replace(
        hour=random.randint(6, 18), minute=random.choice((0, 15, 30, 45)), second=0, microsecond=0
    )
