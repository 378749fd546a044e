"""`/imports`: bringing in what another system wrote to a file."""

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from app.auth.dependencies import PersonalCaller
from app.core.errors import NotFound
from app.core.http.attachment import attachment, file_content
from app.core.http.routing import Router
from app.core.pagination import Paging, link_pages, page_fields
from app.core.rate_limit.classes import RateClass, limited_as
from app.core.storage import FileGoneError
from app.imports import repository
from app.imports.answers import ImportPage, ImportRead
from app.imports.asking import begin_import, change_import, commit_import, drop_import
from app.imports.dependencies import (
    NAMES_SITES,
    DroppedFiles,
    ImportId,
    OwnImport,
    ReceivedImport,
)
from app.imports.form import FORM
from app.imports.presentation import present, present_state
from app.imports.schemas import ImportUpdate
from app.jobs.dependencies import CurrentStorage, NewJobsAfterCommit
from app.tenancy.dependencies import Reads, Writes

router = Router(prefix="/imports", tags=["imports"])


@router.post(
    "",
    operation_id="createImport",
    status_code=202,
    openapi_extra=limited_as(RateClass.JOBS) | FORM,
)
async def create_import(
    request: Request,
    response: Response,
    stored: ReceivedImport,
    jobs: NewJobsAfterCommit,
    session: Writes,
) -> ImportRead:
    """Send a file: CSV, XLSX or ICS, told by its content. Nothing is written yet.

    The file is looked through in the background: `reading` then says what its columns were taken
    for, and `check` what an import would do, with the first hundred refused rows and the first
    hundred that are there already. Rows go to the site that they name, by name or id, else to
    `site_id`; each needs the role editor there. A file lies for 24 hours.
    """
    row, job = await begin_import(session, jobs, stored)
    response.headers["Location"] = f"{request.url.path}/{row.id}"
    return present(row, job)


@router.get("", operation_id="listImports", response_model_exclude_unset=True)
async def list_imports(
    request: Request,
    response: Response,
    _caller: PersonalCaller,
    session: Reads,
    paging: Paging,
) -> ImportPage:
    """List the caller's own imports, newest first."""
    rows, total = await repository.list_imports(session, paging)
    states = [present_state(row, job) for row, job in rows]
    page = ImportPage(imports=states, **page_fields(paging, total))
    link_pages(response, request.url, page)
    return page


@router.get("/{import_id}", operation_id="getImport")
async def get_import(_caller: PersonalCaller, session: Reads, import_id: ImportId) -> ImportRead:
    """Read one of the caller's imports: how far it is, and what came of it."""
    return present(*await repository.get_import(session, import_id))


@router.patch(
    "/{import_id}",
    operation_id="updateImport",
    status_code=202,
    openapi_extra=limited_as(RateClass.JOBS),
    dependencies=NAMES_SITES,
)
async def update_import(
    request: Request,
    response: Response,
    _caller: PersonalCaller,
    jobs: NewJobsAfterCommit,
    dropped: DroppedFiles,
    session: Writes,
    import_id: ImportId,
    body: ImportUpdate,
) -> ImportRead:
    """Take another mapping or other decisions; the file is looked through again.

    What is left out stays as it is; null makes it what it is by default.
    """
    found = await repository.lock_import(session, import_id)
    changed = await change_import(session, jobs, dropped, found, body)
    response.headers["Location"] = request.url.path
    return present(*changed)


@router.post(
    "/{import_id}/commit",
    operation_id="commitImport",
    status_code=202,
    openapi_extra=limited_as(RateClass.JOBS),
)
async def commit(
    request: Request,
    response: Response,
    _caller: PersonalCaller,
    jobs: NewJobsAfterCommit,
    session: Writes,
    import_id: ImportId,
) -> ImportRead:
    """Write the rows that can be written, by the rules of every interaction and with history.

    It is done in the background; asked for again, it goes on where it was cut off. What it has
    written carries `operation_id`, by which it can be taken back.
    """
    found = await repository.lock_import(session, import_id)
    committed = await commit_import(session, jobs, found)
    response.headers["Location"] = request.url.path.removesuffix("/commit")
    return present(*committed)


@router.get(
    "/{import_id}/errors",
    operation_id="downloadImportErrors",
    response_class=StreamingResponse,
    responses={200: {"description": "The file", "content": file_content("text/csv")}},
)
async def download_import_errors(storage: CurrentStorage, row: OwnImport) -> StreamingResponse:
    """Download the rows that are refused, as CSV, each with the fields and the reasons.

    The file can be corrected and sent again. A cell that a spreadsheet would take for a formula
    begins with an apostrophe, which is taken off again when it comes back.
    """
    try:
        if row.errors_key is None:
            raise NotFound("There are no refused rows, or not any more")
        chunks = await storage.read(row.errors_key, end=await storage.size(row.errors_key))
    except FileGoneError:
        raise NotFound("There are no refused rows, or not any more") from None
    name = f"import-{row.id}-errors.csv"
    headers = {"Cache-Control": "no-store", "Content-Disposition": attachment(name, plain=name)}
    return StreamingResponse(chunks, headers=headers, media_type="text/csv; charset=utf-8")


@router.delete(
    "/{import_id}", operation_id="deleteImport", status_code=204, response_class=Response
)
async def delete_import(
    _caller: PersonalCaller, dropped: DroppedFiles, session: Writes, import_id: ImportId
) -> None:
    """Drop an import with its files. What it has written stays; to take that back is an undo."""
    await drop_import(session, dropped, await repository.lock_import(session, import_id))
