"""The job that takes an operation back."""

from sqlalchemy import func

from app.core.database import unscoped_transaction
from app.jobs.attempt import Attempt, JobOverError
from app.jobs.repository import update_attempt
from app.operations import repository
from app.operations.presentation import outcome_of
from app.operations.rules import sites_left
from app.operations.schemas import UndoOutcome
from app.operations.undoing import Undoing
from app.tenancy.session import read_session, scoped_session


async def undo_operation(attempt: Attempt) -> None:
    """Take an operation back, at the sites where its owner may write by now."""
    engine, job = attempt.place.engine, attempt.job
    async with unscoped_transaction(engine) as session:
        row = await repository.read_operation_of_job(session, job)
    if row is None or row.undo_id is None:
        raise JobOverError
    outcome = UndoOutcome()
    undoings = [
        Undoing(site_id, row.id, row.undo_id, outcome) for site_id in sites_left(attempt.scope, row)
    ]
    counts = [await _count(attempt, undoing) for undoing in undoings]
    await attempt.expect(sum(counts))
    for undoing, count in zip(undoings, counts, strict=True):
        if count:
            await _undo_site(attempt, undoing)
            outcome.site_ids.append(undoing.site_id)
    async with unscoped_transaction(engine) as session:
        total = outcome_of(row).plus(outcome)
        values = {"outcome": total.model_dump(mode="json"), "undone_at": func.now()}
        await repository.update_operation(session, row.id, values)
        await attempt.finish(session)


async def _count(attempt: Attempt, undoing: Undoing) -> int:
    scope = attempt.scope.within([undoing.site_id])
    async with read_session(attempt.place.engine, scope) as session:
        return await undoing.count(session)


async def _undo_site(attempt: Attempt, undoing: Undoing) -> None:
    scope, after = attempt.scope.within([undoing.site_id]), 0
    while True:
        async with scoped_session(attempt.place.engine, scope) as session:
            # First, so that an attempt that is over waits, and then does nothing.
            job = attempt.job
            values = {"rows_done": undoing.outcome.total}
            if not await update_attempt(session, job.id, job.attempt, values):
                raise JobOverError
            last = await undoing.undo_some(session, after=after)
        if last is None:
            return
        after = last
        await attempt.done(undoing.outcome.total)
