"""How long a site keeps what it has, and before which moments that is over; pure functions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from app.audit.classes import EventClass
from app.audit_events.keeping import days_kept
from app.core.config import Settings
from app.models import SiteRetention


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules that hold at a site, wherever they come from.

    Attributes:
        interactions_years: After so many years an interaction goes; None: never.
        trash_days: After so many days in the trash it goes.
        history_days: So long after its last change the history of one that is gone goes; None:
            never.
        audit_days: How long events are kept, by what they are about.
    """

    interactions_years: int | None
    trash_days: int
    history_days: int | None
    audit_days: Mapping[EventClass, int]

    @classmethod
    def of(cls, own: SiteRetention | None, settings: Settings) -> "Rules":
        """A site's own rules, where it has any, and those of the installation for the rest."""
        trash_days = None if own is None else own.trash_days
        return cls(
            interactions_years=None if own is None else own.interactions_years,
            trash_days=settings.trash_days if trash_days is None else trash_days,
            history_days=None if own is None else own.history_days,
            audit_days=MappingProxyType(
                {kind: days_kept(kind, own, settings) for kind in EventClass}
            ),
        )


@dataclass(frozen=True, slots=True)
class Bounds:
    """What is older than these moments is due; None: nothing is.

    Attributes:
        ended: When an interaction has ended.
        trashed: When it came into the trash.
        changed: When the history of one that is gone has seen its last change.
        happened: When an event was, by its class.
    """

    ended: datetime | None
    trashed: datetime
    changed: datetime | None
    happened: Mapping[EventClass, datetime]


def bounds_of(rules: Rules, now: datetime) -> Bounds:
    """The bounds of a site's rules at some moment."""
    return Bounds(
        ended=None if rules.interactions_years is None else _before(now, rules.interactions_years),
        trashed=now - timedelta(days=rules.trash_days),
        changed=None if rules.history_days is None else now - timedelta(days=rules.history_days),
        happened={kind: now - timedelta(days=days) for kind, days in rules.audit_days.items()},
    )


def _before(now: datetime, years: int) -> datetime:
    """The same day and hour some years ago; for the 29th of February the 28th where needed."""
    try:
        return now.replace(year=now.year - years)
    except ValueError:
        return now.replace(year=now.year - years, day=28)
