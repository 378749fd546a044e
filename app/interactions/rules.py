"""What has to hold of an interaction; pure functions, named as sentences."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from app.core.vocabulary import Role

FIRST_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)
LAST_MOMENT = datetime(2101, 1, 1, tzinfo=UTC)
MAX_DURATION = timedelta(days=366)

ERASED = "[erased]"
"""What stands where the name of a person was that had to be erased."""


def instant_of(moment: datetime, zone: str, *, label: str) -> datetime:
    """The instant in UTC that a time means; without an offset it is wall time in the zone.

    Raises:
        ValueError: It lies outside 1970 to 2100, or daylight saving skips or repeats it.
    """
    # Before anything is converted: the years 1 and 9999 overflow.
    if not FIRST_MOMENT.year - 1 <= moment.year <= LAST_MOMENT.year:
        raise ValueError(f"{label} must be between 1970 and 2100")
    if moment.tzinfo is None:
        moment = _placed(moment, zone, label=label)
    instant = moment.astimezone(UTC)
    if not FIRST_MOMENT <= instant < LAST_MOMENT:
        raise ValueError(f"{label} must be between 1970 and 2100")
    return instant


def _placed(wall_time: datetime, zone: str, *, label: str) -> datetime:
    # PEP 495: the two values of `fold` differ exactly where the clocks are changed.
    earlier, later = (wall_time.replace(tzinfo=ZoneInfo(zone), fold=fold) for fold in (0, 1))
    before, after = earlier.utcoffset(), later.utcoffset()
    if before == after or before is None or after is None:
        return earlier
    happens = "does not exist" if before < after else "happens twice"
    offsets = f"{_offset(earlier)} or {_offset(later)}"
    raise ValueError(f"{label} {happens} in {zone}, where clocks change: add {offsets}")


def _offset(moment: datetime) -> str:
    # `%:z` is Python 3.12's; isoformat has had the same since 3.7.
    return moment.isoformat()[-6:]


def must_end_after_start(start: datetime, end: datetime) -> None:
    """Refuse an interaction that ends before it starts, or lasts more than 366 days.

    Raises:
        ValueError: It does.
    """
    if end <= start:
        raise ValueError("End date must be after start date")
    if end - start > MAX_DURATION:
        raise ValueError("End date must be at most 366 days after start date")


def may_delete(role: Role, *, user_id: int, created_by: int) -> bool:
    """Editors delete what they created, site admins anything."""
    return role is Role.SITE_ADMIN or (role is Role.EDITOR and user_id == created_by)


def may_read_history_of_deleted(role: Role, *, user_id: int, created_by: int) -> bool:
    """The history of a deleted interaction is for its creator and the site admins."""
    return role is Role.SITE_ADMIN or user_id == created_by


def may_see_confidential_notes(role: Role, *, user_id: int, created_by: int) -> bool:
    """Confidential notes are for who created the interaction, and for the site admins."""
    return role is Role.SITE_ADMIN or user_id == created_by


def changed_fields(
    before: Mapping[str, object], after: Mapping[str, object]
) -> dict[str, dict[str, object]]:
    """The fields that differ, each with its old and its new value."""
    names = [*after, *(name for name in before if name not in after)]
    return {
        name: {"old": before.get(name), "new": after.get(name)}
        for name in names
        if before.get(name) != after.get(name)
    }
