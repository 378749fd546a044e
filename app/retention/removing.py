"""Removing what a site's rules say, a batch at a time.

Only functions of the database can remove interactions and history. They see the sites of the
scope, spare what is on legal hold, and nothing that is new goes whatever they are asked.
"""

from dataclasses import dataclass

from sqlalchemy import text

from app.interactions.counts import Content, record_deltas
from app.retention.rules import Bounds
from app.tenancy.session import WriteSession

_PURGE = text("SELECT * FROM app.purge_interactions(:site_id, :ended, :trashed, :most)")
_DELETE_HISTORY = text("SELECT * FROM app.delete_history(:site_id, :before, :behind, :most)")


@dataclass(frozen=True, slots=True)
class Purged:
    """How many interactions went: from among those in use, and from the trash."""

    interactions: int
    trash: int


async def purge_interactions(
    session: WriteSession, site_id: int, bounds: Bounds, *, most: int
) -> Purged:
    """Remove a batch of a site's interactions for good, with their part of the counts."""
    values = {"site_id": site_id, "ended": bounds.ended, "trashed": bounds.trashed, "most": most}
    rows = (await session.execute(_PURGE, values)).all()
    changes: list[tuple[Content, Content | None]] = []
    for row in rows:
        content = {name: getattr(row, name) for name in ("type", "start_datetime", "end_datetime")}
        # What was in the trash is counted no more; that something was written is.
        changes.append((content, content if row.was_deleted else None))
    await record_deltas(session, site_id, changes)
    trash = sum(row.was_deleted for row in rows)
    return Purged(interactions=len(rows) - trash, trash=trash)


async def delete_history(
    session: WriteSession, site_id: int, bounds: Bounds, *, behind: int, most: int
) -> tuple[int, int | None]:
    """Remove the history of some interactions that are gone.

    Args:
        session: Of the site's scope.
        site_id: The site.
        bounds: Before when the last change of each has to be.
        behind: The interaction to go on from.
        most: How many interactions are a batch.

    Returns:
        How many changes went, and the last interaction among them: None when there was none.
    """
    if bounds.changed is None:
        return 0, None
    values = {"site_id": site_id, "before": bounds.changed, "behind": behind, "most": most}
    row = (await session.execute(_DELETE_HISTORY, values)).one()
    return row.removed, row.reached
