"""Having an import looked through, changed, written, or dropped."""

from uuid import uuid4

from app.audit.record import Action, record_event
from app.core.vocabulary import ImportStage, JobKind, Role
from app.imports import repository, rules
from app.imports.dependencies import StoredUpload
from app.imports.operations import add_operation
from app.imports.presentation import status_of
from app.imports.repository import Found
from app.imports.schemas import ImportOptions, ImportUpdate
from app.jobs.dependencies import NewJobs
from app.jobs.repository import cancel_job
from app.models import Import, Job, Operation
from app.tenancy.session import WriteSession


async def begin_import(session: WriteSession, jobs: NewJobs, stored: StoredUpload) -> Found:
    """Write down an import of the caller's, and have its file looked through."""
    upload = stored.upload
    row = await repository.create_import(
        session,
        {
            "site_ids": list(session.scope.site_ids),
            "stage": ImportStage.CHECK.value,
            "file_name": upload.name,
            "file_size": upload.size,
            "file_hash": upload.digest,
            "file_key": stored.key,
            "options": _stored_form(stored.options),
        },
    )
    _record(session, Action.IMPORT_UPLOADED, row)
    return row, await _check(session, jobs, row)


async def change_import(
    session: WriteSession,
    jobs: NewJobs,
    dropped: list[str | None],
    found: Found,
    body: ImportUpdate,
) -> Found:
    """Take other options for an import, and have its file looked through again.

    Args:
        session: Of the caller.
        jobs: What the request wants done.
        dropped: Where the keys of files go that are of no more use.
        found: The import, locked.
        body: The options.

    Raises:
        Conflict: It is committed, or its file is gone.
        SiteForbidden: The options name a site that the caller cannot write to.
    """
    row, job = found
    rules.require_changeable(ImportStage(row.stage), has_file=row.file_key is not None)
    if body.site_id is not None:
        session.scope.require_writable(body.site_id, Role.EDITOR)
    changes = {name: getattr(body, name) for name in body.model_fields_set}
    given = {name: value for name, value in changes.items() if value is not None}
    kept = {name: value for name, value in row.options.items() if name not in changes}
    row.options = _stored_form(ImportOptions.model_validate({**kept, **given}))
    row.check, row.reading, row.fault = None, None, None
    dropped.append(row.errors_key)
    row.errors_key = None
    if job is not None:
        await cancel_job(session, job.id)
    return row, await _check(session, jobs, row)


async def commit_import(session: WriteSession, jobs: NewJobs, found: Found) -> Found:
    """Have an import written.

    Raises:
        Conflict: It was not looked through yet, or is written already, or the request is for
            some of its sites only.
    """
    row, job = found
    operation = None
    if row.operation_id is not None:
        # Locked, so that nobody begins to take it back meanwhile.
        operation = await session.get(Operation, row.operation_id, with_for_update=True)
    rules.require_committable(
        ImportStage(row.stage),
        status_of(row, job),
        has_file=row.file_key is not None,
        is_checked=row.check is not None,
        is_undone=operation is not None and operation.undo_id is not None,
    )
    rules.require_all_sites(row.site_ids, reached=session.scope.site_ids)
    if operation is None:
        operation_id = uuid4()
        add_operation(session, row.owner_id, operation_id)
        await session.flush()
        row.operation_id = operation_id
    row.stage, row.fault = ImportStage.COMMIT.value, None
    _record(session, Action.IMPORT_COMMITTED, row)
    return row, await _start(session, jobs, row, JobKind.IMPORT_COMMIT)


async def drop_import(session: WriteSession, dropped: list[str | None], found: Found) -> None:
    """Forget an import, and drop its files.

    Raises:
        Conflict: It is being written.
    """
    row, job = found
    rules.require_droppable(ImportStage(row.stage), status_of(row, job))
    if job is not None:
        await cancel_job(session, job.id)
    dropped += [row.file_key, row.errors_key]
    _record(session, Action.IMPORT_DROPPED, row)
    await repository.delete_import(session, row)


async def _check(session: WriteSession, jobs: NewJobs, row: Import) -> Job:
    return await _start(session, jobs, row, JobKind.IMPORT_CHECK)


async def _start(session: WriteSession, jobs: NewJobs, row: Import, kind: JobKind) -> Job:
    scope = session.scope.within(row.site_ids)
    job = await jobs.add(session, kind, {"import_id": row.id}, scope=scope)
    row.job_id = job.id
    await session.flush()
    await session.refresh(row)
    return job


def _stored_form(options: ImportOptions) -> dict[str, object]:
    return options.model_dump(mode="json", by_alias=True)


def _record(session: WriteSession, action: Action, row: Import) -> None:
    details: dict[str, object] = {}
    if row.operation_id is not None:
        details["operation_id"] = str(row.operation_id)
    record_event(
        session,
        action,
        actor_id=session.scope.user_id,
        subject=f"import:{row.id}",
        details=details or None,
    )
