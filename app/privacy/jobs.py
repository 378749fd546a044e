"""What the worker does for one person: to collect all that is held on them, or to erase it."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Protocol

from app.audit.record import Action, record_event
from app.core.errors import Conflict
from app.core.sealing import load_key_ring
from app.core.vocabulary import JobError
from app.jobs.attempt import Attempt, JobFailedError, JobOverError
from app.jobs.files import deliver, working_folder
from app.privacy import repository
from app.privacy.accounts import erase_account
from app.privacy.confidential import Notes
from app.privacy.erasing import Found, count_found, erase_in_interactions, redact_history
from app.privacy.exporting import write_export
from app.privacy.kept_by_people import erase_in_kept
from app.privacy.names import names_of, read_pattern
from app.privacy.pattern import PLACEHOLDER, Pattern
from app.privacy.schemas import PrivacyParameters
from app.tenancy.session import WriteSession, read_session, scoped_session
from app.users.repository import lock_user, refuse_if_last_admin


class Erase(Protocol):
    """Erases in one batch, or counts; answers how much, and how far it is: None at the end."""

    async def __call__(
        self, session: WriteSession, site_id: int, pattern: Pattern, *, behind: int, most: int
    ) -> tuple[int, int | None]:
        """Erase behind some thing."""


BATCH = 500
"""How many interactions, or entries of the history, are one transaction."""


async def erase_person(attempt: Attempt) -> None:
    """Erase a person, or only count, and end the job.

    The account comes last: an attempt that dies has its name still, and the next one begins anew
    and finds what is left.

    Raises:
        JobFailedError: The owner may not any more.
        JobOverError: Nobody waits for it any more.
    """
    asked = PrivacyParameters.model_validate(attempt.job.parameters)
    _require_administration(attempt)
    pattern = await _begin(attempt, asked.person)
    found = Found()
    for site_id in attempt.scope.site_ids:
        if asked.dry_run:
            found += await _count(attempt, site_id, pattern)
        else:
            found += await _erase_at_site(attempt, site_id, pattern)
        await attempt.done(found.interactions + found.changes)
    await _finish(attempt, asked, pattern, found)


def _require_administration(attempt: Attempt) -> None:
    if not attempt.caller.is_system_admin:
        raise JobFailedError(JobError.FORBIDDEN)


async def _begin(attempt: Attempt, person: int | str) -> Pattern:
    """How the person is found, once there is time enough for all that has to be gone through."""
    if person == PLACEHOLDER:
        raise JobOverError  # another attempt has erased the name
    async with read_session(attempt.place.engine, attempt.scope) as session:
        names = await names_of(session, person)
        if not names:
            raise JobFailedError("not_found")
        pattern = await read_pattern(session, names)
    await attempt.expect(await _count_rows(attempt))
    return pattern


async def _count_rows(attempt: Attempt) -> int:
    rows = 0
    for site_id in attempt.scope.site_ids:
        async with read_session(attempt.place.engine, attempt.scope.within([site_id])) as session:
            rows += await repository.count_rows(session)
    return rows


async def _count(attempt: Attempt, site_id: int, pattern: Pattern) -> Found:
    notes = await _erase_notes(attempt, site_id, pattern, dry_run=True)
    return await _count_texts(attempt, site_id, pattern) + Found(confidential_notes=notes)


async def _erase_notes(attempt: Attempt, site_id: int, pattern: Pattern, *, dry_run: bool) -> int:
    notes = Notes(load_key_ring(attempt.place.settings), dry_run=dry_run)
    name = None if dry_run else "confidential_notes"
    return await _in_batches(attempt, site_id, pattern, notes.erase, name=name)


async def _count_texts(attempt: Attempt, site_id: int, pattern: Pattern) -> Found:
    async with read_session(attempt.place.engine, attempt.scope.within([site_id])) as session:
        return await count_found(session, site_id, pattern)


async def _erase_at_site(attempt: Attempt, site_id: int, pattern: Pattern) -> Found:
    held = (await _count_texts(attempt, site_id, pattern)).held
    notes = await _erase_notes(attempt, site_id, pattern, dry_run=False)
    # History comes second: by then no change of an interaction brings the name into it again.
    interactions = await _erase_texts(attempt, site_id, pattern)
    changes = await _redact(attempt, site_id, pattern)
    # Meanwhile somebody may have gone back to a version that had the name still.
    if again := await _erase_texts(attempt, site_id, pattern):
        interactions += again
        changes += await _redact(attempt, site_id, pattern)
    return Found(interactions, changes, held, confidential_notes=notes)


async def _erase_texts(attempt: Attempt, site_id: int, pattern: Pattern) -> int:
    return await _in_batches(attempt, site_id, pattern, erase_in_interactions, name="interactions")


async def _redact(attempt: Attempt, site_id: int, pattern: Pattern) -> int:
    return await _in_batches(attempt, site_id, pattern, redact_history, name="changes")


async def _in_batches(
    attempt: Attempt, site_id: int, pattern: Pattern, erase: Erase, *, name: str | None
) -> int:
    """Erase batch after batch; each says in its own transaction what it did."""
    erased = 0
    behind: int | None = 0
    while behind is not None:
        scope = attempt.scope.within([site_id])
        async with scoped_session(attempt.place.engine, scope) as session:
            count, behind = await erase(session, site_id, pattern, behind=behind, most=BATCH)
            if count and name:
                _record(session, attempt, site_id, **{name: count})
        erased += count
        await attempt.done(erased)
    return erased


def _record(session: WriteSession, attempt: Attempt, site_id: int | None, **details: int) -> None:
    record_event(
        session,
        Action.PERSON_ERASED,
        actor_id=attempt.job.owner_id,
        site_id=site_id,
        subject=f"privacy_request:{attempt.job.id}",
        details={**details},
    )


async def _finish(
    attempt: Attempt, asked: PrivacyParameters, pattern: Pattern, found: Found
) -> None:
    is_user = isinstance(asked.person, int)
    site_ids = None if is_user else attempt.scope.site_ids
    async with scoped_session(attempt.place.engine, attempt.scope) as session:
        kept = await erase_in_kept(session, pattern, site_ids=site_ids, dry_run=asked.dry_run)
        if isinstance(asked.person, int) and not asked.dry_run:
            await _erase_account(session, attempt, asked.person)
        if not asked.dry_run and not is_user:
            await repository.forget_name(session, attempt.job.id, PLACEHOLDER)
        outcome = {
            **asdict(found),
            "kept_by_people": kept,
            "is_account": is_user and not asked.dry_run,
        }
        await attempt.finish(session, result=outcome)


async def _erase_account(session: WriteSession, attempt: Attempt, user_id: int) -> None:
    try:
        await lock_user(session, user_id)
        await refuse_if_last_admin(session, user_id)
    except Conflict as error:
        raise JobFailedError(error.code) from error
    await erase_account(session, user_id)
    _record(session, attempt, None, user_id=user_id)


async def export_person(attempt: Attempt) -> None:
    """Write down all that is held on a person, put the file where files lie, and end the job.

    Raises:
        JobFailedError: The owner may not any more.
        JobOverError: Nobody waits for it any more.
    """
    asked = PrivacyParameters.model_validate(attempt.job.parameters)
    _require_administration(attempt)
    pattern = await _begin(attempt, asked.person)
    async with working_folder("person") as folder:
        path = folder / "export"
        await write_export(attempt, asked.person, pattern, path)
        await deliver(
            attempt,
            path,
            ending="jsonl",
            name=f"person {datetime.now(UTC).date()}.jsonl",
            media_type="application/jsonl",
        )
