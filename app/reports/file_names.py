"""What the file of a report is called where it is saved."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

_UNFIT = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]+')
"""What some system takes for a part of a path, or shows in another order than it is."""


def file_name(title: str, *, now: datetime, tz: str, ending: str) -> str:
    """A name out of what the report is called and the day on which it was made."""
    day = now.astimezone(ZoneInfo(tz)).date()
    words = _UNFIT.sub(" ", title).strip(" .")
    return f"{words or 'report'} {day}.{ending}"
