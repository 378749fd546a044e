"""When a schedule has its times; pure functions."""

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

MAX_SCHEDULES = 20
"""As many schedules as one person can have."""

SHORTEST = timedelta(hours=1)
"""As often as a report is made at most."""

LOOKED_AT = 50
"""So many times of a line are looked at for whether they are too close to each other."""

FIELDS = 5


def next_runs(cron: str, tz: str, *, after: datetime, count: int) -> list[datetime]:
    """The next times of a line, in UTC. Those that the zone skips or repeats are cron's own.

    Raises:
        ValueError: It is no cron line.
    """
    if len(cron.split()) != FIELDS:
        raise ValueError("It has five fields: minute, hour, day of month, month, day of week")
    try:
        times = CronSim(cron.upper(), after.astimezone(ZoneInfo(tz)))
    except CronSimError as error:
        raise ValueError(str(error)) from error
    return [time.astimezone(UTC) for time in islice(times, count)]


def check_cron(cron: str, tz: str, *, now: datetime) -> None:
    """Refuse a line that never comes, or comes too often.

    Raises:
        ValueError: It does, or it is no cron line.
    """
    times = next_runs(cron, tz, after=now, count=LOOKED_AT)
    if not times:
        raise ValueError("It never comes")
    if any(later - earlier < SHORTEST for earlier, later in pairwise(times)):
        raise ValueError("A report is made once an hour at most")
