"""One event of a calendar as the cells of a row."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import available_timezones

HEADER = [
    *("uid", "summary", "start", "end", "timezone", "location", "description"),
    *("organizer", "categories", "status"),
]
MAX_UID = 200


def event_values(event: Any, *, is_series: bool, zone: str) -> dict[str, str]:
    """What is read of an event.

    Args:
        event: The library's, which knows no types of what is in it.
        is_series: Whether it is one of several with the same id.
        zone: Of the calendar, for events that name none.
    """
    start: date = event["DTSTART"].dt
    uid = text_of(event, "UID")
    return {
        "uid": _key(f"{uid}/{_stamp(event, start)}" if is_series else uid),
        "summary": text_of(event, "SUMMARY"),
        "start": _moment(start),
        "end": _moment(_end(event, start)),
        "timezone": _zone_name(start) or zone,
        "location": text_of(event, "LOCATION"),
        "description": text_of(event, "DESCRIPTION"),
        "organizer": _organizer(event),
        "categories": _categories(event),
        "status": text_of(event, "STATUS"),
    }


def text_of(event: Any, name: str) -> str:
    """A property as text; blank when there is none."""
    value = event.get(name)
    first = value[0] if isinstance(value, list) and value else value
    return "" if first is None else str(first)


def _key(uid: str) -> str:
    """The id as long as one may be: what is longer is told by its digest."""
    if len(uid) <= MAX_UID:
        return uid
    return f"sha256:{hashlib.sha256(uid.encode()).hexdigest()}"


def _stamp(event: Any, start: date) -> str:
    """Which of a series it is; an exception keeps the date that it takes the place of."""
    original = event.get("RECURRENCE-ID")
    moment = start if original is None else original.dt
    if isinstance(moment, datetime) and moment.tzinfo is not None:
        return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    return moment.strftime("%Y%m%dT%H%M%S" if isinstance(moment, datetime) else "%Y%m%d")


def _end(event: Any, start: date) -> date | None:
    if (end := event.get("DTEND")) is not None:
        last: date = end.dt
        # Some write the day itself as the end of an event that takes the whole of it.
        is_same_day = not isinstance(start, datetime) and last == start
        return last + timedelta(days=1) if is_same_day else last
    if (duration := event.get("DURATION")) is not None:
        length: timedelta = duration.dt
        return start + length
    return None if isinstance(start, datetime) else start + timedelta(days=1)


def _moment(moment: date | None) -> str:
    """A day begins at its midnight, wherever the row's zone is."""
    if moment is None:
        return ""
    return moment.isoformat() if isinstance(moment, datetime) else f"{moment}T00:00:00"


def _zone_name(moment: date) -> str:
    zone = moment.tzinfo if isinstance(moment, datetime) else None
    name = str(getattr(zone, "key", ""))
    return name if name != "UTC" and name in available_timezones() else ""


def _organizer(event: Any) -> str:
    organizer = event.get("ORGANIZER")
    if organizer is None or isinstance(organizer, list):
        return ""
    name = str(organizer.params.get("CN", "")).strip()
    return name or str(organizer).lower().removeprefix("mailto:")


def _categories(event: Any) -> str:
    value = event.get("CATEGORIES")
    listed = value if isinstance(value, list) else [value]
    return ", ".join(str(word) for one in listed if one is not None for word in one.cats)
