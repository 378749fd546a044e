"""An interaction as an event of a calendar."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from app.core.direct_pool import Row
from app.core.vocabulary import InteractionType
from app.reports.rendering.ics.content import instant_of, lines_of, text_of

LAST_ZONED = datetime(2037, 1, 1, tzinfo=UTC)
"""Up to here calendars are told the rules of zones; what comes later is written in UTC."""

_UTC_ZONES = frozenset({"UTC", "Etc/UTC", "Etc/UCT", "Etc/Zulu", "UCT", "Zulu", "Universal"})
_SECOND = timedelta(seconds=1)


def zone_of(row: Row) -> str | None:
    """The zone that an event's times are written in; None: UTC."""
    zone = str(row["timezone"])
    return None if zone in _UTC_ZONES or row["end_datetime"] >= LAST_ZONED else zone


def event_of(row: Row) -> bytes:
    """The lines of an event. Its identity stays the same from one export to the next."""
    kind = InteractionType(row["type"]).label
    start = row["start_datetime"].replace(microsecond=0)
    end = max(row["end_datetime"].replace(microsecond=0), start + _SECOND)
    texts = filter(None, (row["description"], row["notes"]))
    text = "\n\n".join(texts)
    lines = [
        "BEGIN:VEVENT",
        f"UID:interaction-{row['id']}@{row['site_id']}.interactions",
        f"DTSTAMP:{instant_of(row['updated_at'])}",
        f"CREATED:{instant_of(row['created_at'])}",
        f"LAST-MODIFIED:{instant_of(row['updated_at'])}",
        f"SEQUENCE:{row['version'] - 1}",
        _moment("DTSTART", start, zone_of(row)),
        _moment("DTEND", end, zone_of(row)),
        f"SUMMARY:{text_of(row['title'])}",
        "STATUS:CONFIRMED",
        f"CATEGORIES:{text_of(kind)},{text_of(row['site'])}",
        f"CONTACT:{text_of(row['lead'])}",
        f"DESCRIPTION:{text_of(text)}",
    ]
    if row["location"]:
        lines.append(f"LOCATION:{text_of(row['location'])}")
    lines.append("END:VEVENT")
    return lines_of(lines)


def _moment(name: str, moment: datetime, zone: str | None) -> str:
    if zone is None:
        return f"{name}:{instant_of(moment)}"
    return f"{name};TZID={zone}:{moment.astimezone(ZoneInfo(zone)):%Y%m%dT%H%M%S}"
