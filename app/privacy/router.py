"""`/privacy`: all that is held on one person, to be handed out or to be erased."""

from fastapi import Request, Response

from app.audit.record import Action
from app.auth.dependencies import CurrentCaller, Engine
from app.core.http.attachment import file_content
from app.core.http.routing import Router
from app.core.rate_limit.classes import RateClass, limited_as
from app.core.vocabulary import JobKind
from app.jobs.dependencies import CurrentStorage, NewJobsAfterCommit
from app.jobs.download import answer_result
from app.privacy import asking, repository
from app.privacy.audit import record_request
from app.privacy.dependencies import ADMINISTERS, OwnRequest
from app.privacy.presentation import present
from app.privacy.schemas import ErasureCreate, PrivacyCreate, PrivacyRead
from app.tenancy.dependencies import CurrentScope, Writes
from app.tenancy.session import scoped_session

FILE = file_content("application/jsonl")

router = Router(prefix="/privacy", tags=["privacy"])


@router.post(
    "/exports",
    operation_id="requestPrivacyExport",
    status_code=202,
    openapi_extra=limited_as(RateClass.JOBS),
    dependencies=ADMINISTERS,
)
async def request_privacy_export(
    request: Request,
    response: Response,
    caller: CurrentCaller,
    jobs: NewJobsAfterCommit,
    session: Writes,
    body: PrivacyCreate,
) -> PrivacyRead:
    """Ask for a file of all that is held on one person, one thing a line (JSON Lines).

    A name is looked for in the texts of interactions and of their history, whole, ignoring case
    and accents, at the sites that are named, else at all. For a user, by id, it is about their
    account and all they did, too. Confidential notes, passwords and secrets are in no export.
    """
    scope = asking.scope_of(body, session.scope, caller)
    if isinstance(body.person, int):
        await repository.require_user(session, body.person)
    row = await jobs.add(session, JobKind.PRIVACY_EXPORT, {"person": body.person}, scope=scope)
    record_request(session, Action.PRIVACY_EXPORT_REQUESTED, row)
    response.headers["Location"] = request.url.path.replace("exports", f"requests/{row.id}")
    return present(row)


@router.post(
    "/erasures",
    operation_id="requestErasure",
    status_code=202,
    openapi_extra=limited_as(RateClass.JOBS),
    dependencies=ADMINISTERS,
)
async def request_erasure(
    request: Request,
    response: Response,
    caller: CurrentCaller,
    jobs: NewJobsAfterCommit,
    session: Writes,
    body: ErasureCreate,
) -> PrivacyRead:
    """Erase one person: their name becomes `[erased]`, in interactions and in their history.

    Ask with `dry_run` first: it changes nothing, and its `outcome` says what would be. There is no
    way back. What has a legal hold stays as it is, and is counted. An erased user, who is named by
    id, cannot log in any more.
    """
    scope = asking.scope_of(body, session.scope, caller)
    asking.refuse_oneself(body, caller)
    if isinstance(body.person, int):
        await repository.require_user(session, body.person)
    parameters = body.model_dump(include={"person", "dry_run"})
    row = await jobs.add(session, JobKind.PRIVACY_ERASURE, parameters, scope=scope)
    record_request(session, Action.ERASURE_REQUESTED, row)
    response.headers["Location"] = request.url.path.replace("erasures", f"requests/{row.id}")
    return present(row)


@router.get("/requests/{request_id}", operation_id="getPrivacyRequest")
async def get_privacy_request(row: OwnRequest) -> PrivacyRead:
    """Read one of the caller's exports and erasures, and how far it is."""
    return present(row)


@router.get(
    "/requests/{request_id}/download",
    operation_id="downloadPrivacyExport",
    response_class=Response,
    responses={
        200: {"description": "The file", "content": FILE},
        206: {"description": "The part that `Range` names", "content": FILE},
    },
)
async def download_privacy_export(
    request: Request, engine: Engine, storage: CurrentStorage, scope: CurrentScope, row: OwnRequest
) -> Response:
    """Download the file of an export, or a part of it (`Range`, `If-Range`)."""
    sites = scope.narrow(row.site_ids)

    async def record() -> None:
        async with scoped_session(engine, sites) as session:
            record_request(session, Action.PRIVACY_EXPORT_DOWNLOADED, row)

    return await answer_result(request, storage, row, plain=f"person-{row.id}", before=record)
