"""Since when something is in the trash, and until when."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import any_, select

from app.core.direct_pool import Row
from app.core.statement import compile_statement
from app.interactions.finding.parameters import SITES
from app.models import SiteRetention
from app.tenancy.snapshot import Snapshot

_RULES = compile_statement(
    select(SiteRetention.site_id, SiteRetention.trash_days).where(
        SiteRetention.site_id == any_(SITES), SiteRetention.trash_days.is_not(None)
    )
)

Days = Mapping[int, int]
"""For how many days each site keeps what was deleted."""


async def days_kept(seen: Snapshot, of_installation: int) -> Days:
    """For how many days each site of the scope keeps what was deleted."""
    own = {row["site_id"]: row["trash_days"] for row in await seen.fetch(_RULES)}
    return {site_id: own.get(site_id, of_installation) for site_id in seen.scope.site_ids}


def dates_of(row: Row, days: Days) -> dict[str, datetime | None]:
    """What an answer tells of something in the trash besides what it is."""
    end = row["deleted_at"] + timedelta(days=days[row["site_id"]])
    return {"deleted_at": row["deleted_at"], "purged_at": None if row["legal_hold"] else end}
