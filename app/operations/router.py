"""`/operations`: changes of many interactions that can be taken back together."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Request, Response

from app.auth.dependencies import CurrentCaller
from app.core.http.routing import Router
from app.core.rate_limit.classes import RateClass, limited_as
from app.jobs.dependencies import NewJobsAfterCommit
from app.operations import repository
from app.operations.asking import ask_for_undo
from app.operations.presentation import present
from app.operations.schemas import OperationRead
from app.tenancy.dependencies import Reads, Writes

router = Router(prefix="/operations", tags=["operations"])

OperationId = Annotated[UUID, Path(description="The operation's id.")]


@router.get("/{operation_id}", operation_id="getOperation")
async def get_operation(
    _caller: CurrentCaller, session: Reads, operation_id: OperationId
) -> OperationRead:
    """Read one of the caller's operations, and how far taking it back is."""
    return present(*await repository.get_operation(session, operation_id))


@router.post(
    "/{operation_id}/undo",
    operation_id="undoOperation",
    status_code=202,
    openapi_extra=limited_as(RateClass.JOBS),
)
async def undo_operation(
    request: Request,
    response: Response,
    _caller: CurrentCaller,
    jobs: NewJobsAfterCommit,
    session: Writes,
    operation_id: OperationId,
) -> OperationRead:
    """Take an operation back: what it made goes to the trash, what it changed is as before.

    What it deleted comes back out of the trash. It is done in the background, with history, at
    the sites where the caller is an editor by then. What was changed since is a conflict, and
    left as it is. An API key takes back what its owner has done, at the sites and in the role
    that it is for.
    """
    found = await repository.lock_operation(session, operation_id)
    asked = await ask_for_undo(session, jobs, found)
    response.headers["Location"] = request.url.path.removesuffix("/undo")
    return present(*asked)
