"""What a summary says of itself: the filter, the zone, the sites, and when it was made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.reports.summary.figures import Period
from app.reports.words import day_text, moment_text, offset_text

KIND = "Activity summary"
"""What a summary is, and is called unless somebody gives it a title."""

DASH = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class Front:
    """What stands at the head of a report.

    Attributes:
        title: What it is called.
        zone: The IANA zone of its days and times.
        sites: The names of the sites that it is about, by name.
        filter: The filter in words, one sentence for each condition; none: everything.
        made_at: The moment of its making.
    """

    title: str
    zone: str
    sites: Sequence[str]
    filter: Sequence[str]
    made_at: datetime

    @property
    def made(self) -> str:
        """The moment of its making, by the clocks of the zone."""
        local = self.made_at.astimezone(ZoneInfo(self.zone))
        return f"{moment_text(local)} ({offset_text(local)})"

    @property
    def conditions(self) -> list[str]:
        """The filter in words, also if there is none."""
        return list(self.filter) or ["None: all interactions of the sites"]

    def period(self, period: Period) -> str:
        """A period by the calendar of the zone; with the time of day where it is not whole days."""
        zone = ZoneInfo(self.zone)
        first = period.first.astimezone(zone)
        after = (period.last + timedelta(microseconds=1)).astimezone(zone)
        last = period.last.astimezone(zone)
        if all(moment.hour == moment.minute == moment.second == 0 for moment in (first, after)):
            days = dict.fromkeys((day_text(first), day_text(last)))
            return f" {DASH} ".join(days)
        end = last if after.second or after.microsecond else after
        return f"{moment_text(first)} {DASH} {moment_text(end)}"
