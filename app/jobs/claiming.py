"""Whose job is next.

Each worker takes the job that is due most, whichever one it was told of: owners take turns, so
that many jobs of one hold up nobody else. A job that is running without a sign of life is due
again; its worker is believed dead. One whose workers have all died is left to be given up.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.vocabulary import JobKind
from app.models import Job

SILENT_SECONDS = 45
"""After so long without a sign of life a worker is believed dead."""

MAX_SETBACKS = 5
"""So many attempts may come to nothing before a job is given up."""

NO_LIMIT = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Limits:
    """How many jobs run at once, and for how long; 0 is no limit.

    Attributes:
        of_owner: Of one owner.
        of_site: That are about one site.
        seconds: How long a job may take that says nothing of its size.
    """

    of_owner: int
    of_site: int
    seconds: int


# One worker claims at a time: only then do the limits hold, and nobody's turn is taken twice.
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('app.jobs: claim'))")

_CLAIM = text("""
    WITH job AS (
        SELECT id, owner_id, kind, site_ids, due_at,
               status = 'running' AND setbacks + 1 >= :most_setbacks AS is_hopeless,
               status = 'running' AND heartbeat_at > now() - :silent * interval '1 second' AS is_on
        FROM app.jobs WHERE status IN ('queued', 'running')
    ), busy AS (
        SELECT site_id FROM job, unnest(site_ids) AS site_id WHERE is_on
        GROUP BY site_id HAVING count(*) >= :of_site
    ), owner AS (
        SELECT owner_id, count(*) FILTER (WHERE is_on) AS running,
               (SELECT max(started_at) FROM app.jobs AS past
                WHERE past.owner_id = job.owner_id) AS had_a_turn_at
        FROM job GROUP BY owner_id HAVING count(*) FILTER (WHERE is_on) < :of_owner
    ), next AS (
        SELECT job.id FROM job JOIN owner USING (owner_id)
        WHERE NOT is_on AND NOT is_hopeless AND due_at <= now() AND kind = ANY(:kinds)
          AND NOT site_ids && ARRAY(SELECT site_id FROM busy)
        ORDER BY owner.running, owner.had_a_turn_at NULLS FIRST, job.due_at, job.id LIMIT 1
    )
    UPDATE app.jobs SET status = 'running', attempt = attempt + 1, rows_done = 0,
        setbacks = setbacks + (status = 'running')::int,
        timeout_seconds = :seconds, started_at = clock_timestamp(),
        heartbeat_at = clock_timestamp()
    WHERE id = (SELECT id FROM next) AND status IN ('queued', 'running')
    RETURNING id
""")


async def claim_next_job(
    session: AsyncSession, limits: Limits, *, kinds: Iterable[JobKind] = JobKind
) -> Job | None:
    """Take the job of some kinds whose turn it is, for a new attempt; None when none is due."""
    await session.execute(_ONE_AT_A_TIME)
    job_id = await session.scalar(
        _CLAIM,
        {
            "silent": SILENT_SECONDS,
            "most_setbacks": MAX_SETBACKS,
            "kinds": [kind.value for kind in kinds],
            "of_owner": limits.of_owner or NO_LIMIT,
            "of_site": limits.of_site or NO_LIMIT,
            "seconds": limits.seconds,
        },
    )
    return None if job_id is None else await session.get(Job, job_id)
