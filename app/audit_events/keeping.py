"""For how long a site's events are kept: by its own rules, and else by the settings."""

from sqlalchemy import select

from app.audit.classes import EventClass
from app.core.config import Settings
from app.models import SiteRetention
from app.tenancy.session import ReadSession


async def find_rules(session: ReadSession) -> SiteRetention | None:
    """The rules of the one site of the scope, if it has any."""
    row: SiteRetention | None = await session.scalar(select(SiteRetention))
    return row


def days_kept(kind: EventClass, own: SiteRetention | None, settings: Settings) -> int:
    """For how many days events of a class are kept at a site with these rules."""
    days: int | None = getattr(own, f"audit_days_{kind}", None)
    return kind.days(settings) if days is None else days
