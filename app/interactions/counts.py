"""Numbers of interactions that are kept rather than counted.

Each write adds rows that say what it changes, and waits for nobody; a job folds them into the
counts. A number is what has been folded plus what is pending, both read in one statement.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, insert, select, text

from app.models import InteractionDelta, SiteCounter
from app.tenancy.session import ReadSession, WriteSession

Content = Mapping[str, object]
"""What people wrote of an interaction, as its history has it."""


class Cell(NamedTuple):
    """What is counted together: a type in a month, by its first day in UTC."""

    type: str
    month: date


async def record_deltas(
    session: WriteSession, site_id: int, changes: Iterable[tuple[Content | None, Content | None]]
) -> None:
    """Write down what changes of a site's interactions do to the counts.

    Args:
        session: The session of the changes.
        site_id: Whose interactions they are.
        changes: The content before and after each; None where there was, or is, none to count.
    """
    interactions, minutes = Counter[Cell](), Counter[Cell]()
    for contents in changes:
        for content, sign in zip(contents, (-1, 1), strict=True):
            if content is not None:
                cell, duration = _counted(content)
                interactions[cell] += sign
                minutes[cell] += sign * duration
    rows = [
        {**cell._asdict(), "site_id": site_id, "interactions": number, "minutes": minutes[cell]}
        for cell, number in interactions.items()
    ]
    if rows:
        await session.execute(insert(InteractionDelta), rows)


def _counted(content: Content) -> tuple[Cell, int]:
    """Where an interaction is counted, and its minutes."""
    start, end = (
        datetime.fromisoformat(str(content[name])) for name in ("start_datetime", "end_datetime")
    )
    return Cell(str(content["type"]), start.date().replace(day=1)), int(
        (end - start).total_seconds() // 60
    )


async def generation(session: ReadSession) -> int:
    """A number that grows with every write to an interaction of the session's sites."""
    pending = select(func.count()).select_from(InteractionDelta).scalar_subquery()
    folded = select(func.coalesce(func.sum(SiteCounter.writes), 0)).scalar_subquery()
    return int(await session.scalar(select(folded + pending)) or 0)


async def fold_deltas(session: WriteSession, site_id: int) -> int:
    """Fold what is pending of a site into its counts; tells how many rows that were."""
    folded: int | None = await session.scalar(_FOLD, {"site_id": site_id})
    return folded or 0


_FOLD = text("""
    WITH gone AS (
        DELETE FROM app.interaction_deltas WHERE site_id = :site_id
        RETURNING type, month, interactions, minutes
    ), counted AS (
        INSERT INTO app.interaction_counts AS known (site_id, type, month, interactions, minutes)
        SELECT :site_id, type, month, sum(interactions), sum(minutes) FROM gone GROUP BY type, month
        ON CONFLICT (site_id, type, month) DO UPDATE
        SET interactions = known.interactions + excluded.interactions,
            minutes = known.minutes + excluded.minutes
    ), total AS (
        SELECT count(*) AS writes, coalesce(sum(interactions), 0) AS interactions FROM gone
    ), kept AS (
        INSERT INTO app.site_counters AS known (site_id, writes, interactions)
        SELECT :site_id, writes, interactions FROM total WHERE writes > 0
        ON CONFLICT (site_id) DO UPDATE
        SET writes = known.writes + excluded.writes,
            interactions = known.interactions + excluded.interactions
    )
    SELECT writes FROM total
""")
