"""Doing a batch as a whole, whatever others write at the same time."""

from collections.abc import Iterator, Sequence
from itertools import islice

from sqlalchemy.exc import DBAPIError

from app.core.database_errors import sqlstate_of
from app.core.errors import AppError, Conflict, Unavailable, ValidationFailed
from app.core.http.validation import MAX_DETAILS
from app.core.vocabulary import OperationKind
from app.interactions.confidential import ConfidentialNotes
from app.operations import repository
from app.operations.batch import Batch, Outcome
from app.operations.batch_schemas import (
    BatchMode,
    BatchRequest,
    BatchResult,
    ItemError,
    ItemResult,
)
from app.operations.foreign_rows import ForeignRows
from app.tenancy.denials import Denial
from app.tenancy.session import WriteSession

TRIES = 5

_WORTH_ANOTHER_TRY = {"40P01", "23505"}
"""SQLSTATEs of what is over when it is tried again: a circle of locks, a key taken meanwhile."""


async def do_batch(
    session: WriteSession,
    body: BatchRequest,
    *,
    confidential: ConfidentialNotes,
    foreign: ForeignRows,
    denials: list[Denial],
) -> BatchResult:
    """Do a batch, as one operation.

    Args:
        session: The session of the caller, whose transaction ends with this.
        body: What to do.
        confidential: The confidential notes as the caller may write them.
        foreign: What tells whose the other interactions are.
        denials: Where to put what has to be recorded, whatever becomes of the transaction.

    Raises:
        ValidationFailed: An item of an atomic one was refused; the transaction has to be left.
        Unavailable: Others wrote the same all the while.
    """
    batch = await _run(session, body.items, confidential=confidential, foreign=foreign)
    denials += batch.denials
    outcomes = [batch.outcomes[index] for index in range(len(body.items))]
    failed = sum(outcome.refusal is not None for outcome in outcomes)
    if failed and body.mode is BatchMode.ATOMIC:
        raise _nothing_done(outcomes, failed)
    is_done = failed < len(outcomes)
    if is_done:
        repository.add_operation(session, batch.operation_id, OperationKind.BATCH)
    return BatchResult(
        operation_id=batch.operation_id if is_done else None,
        succeeded=len(outcomes) - failed,
        failed=failed,
        results=[_result(index, outcome) for index, outcome in enumerate(outcomes)],
    )


async def _run(
    session: WriteSession,
    items: Sequence[object],
    *,
    confidential: ConfidentialNotes,
    foreign: ForeignRows,
) -> Batch:
    for _ in range(TRIES):
        batch = Batch(session, confidential=confidential, foreign=foreign)
        try:
            async with session.begin_nested():
                await batch.run(items)
                return batch
        except DBAPIError as error:
            if sqlstate_of(error) not in _WORTH_ANOTHER_TRY:
                raise
    raise Unavailable("Others are writing the same just now; try again")


def _result(index: int, outcome: Outcome) -> ItemResult:
    """An item's part of the answer: what does not apply to it is not set."""
    refusal = outcome.refusal
    if refusal is not None:
        told = {"code": refusal.code, "message": refusal.text}
        more = {} if refusal.details is None else {"details": refusal.details}
        error = ItemError.model_validate({**told, **more})
        return ItemResult(index=index, status=outcome.status, error=error)
    result = ItemResult(index=index, status=outcome.status, id=outcome.id)
    if outcome.version is not None:
        result.version = outcome.version
    return result


def _nothing_done(outcomes: list[Outcome], failed: int) -> ValidationFailed:
    details = dict(islice(_details(outcomes), MAX_DETAILS))
    message = f"Nothing was done, since {failed} of {len(outcomes)} items cannot be"
    return ValidationFailed(message, details=details)


def _details(outcomes: list[Outcome]) -> Iterator[tuple[str, object]]:
    for index, outcome in enumerate(outcomes):
        if (refusal := outcome.refusal) is not None:
            for field, sentence in _sentences(refusal).items():
                yield ".".join(["items", str(index), *field]), sentence


def _sentences(refusal: AppError) -> dict[tuple[str, ...], object]:
    """What a refusal says, by the field it is about; by none, if it is about the whole row."""
    if isinstance(refusal, ValidationFailed | Conflict) and refusal.details:
        return {(field,): sentence for field, sentence in refusal.details.items()}
    return {(): refusal.text}
