"""`/interactions/batch`: many changes in one request."""

from fastapi import Request, Response

from app.core.http.answered import keep_nothing
from app.core.http.routing import Router
from app.interactions.dependencies import Confidential
from app.operations.batch_schemas import BatchRequest, BatchResult
from app.operations.batching import do_batch
from app.operations.dependencies import CurrentForeignRows, DenialsAfterwards
from app.tenancy.dependencies import Writes

router = Router(prefix="/interactions", tags=["interactions"])


@router.post(
    "/batch",
    operation_id="batchInteractions",
    response_model_exclude_unset=True,
    responses={207: {"model": BatchResult, "description": "Some items were refused"}},
)
async def batch_interactions(
    request: Request,
    response: Response,
    denials: DenialsAfterwards,
    foreign: CurrentForeignRows,
    confidential: Confidential,
    session: Writes,
    body: BatchRequest,
) -> BatchResult:
    """Create, update and delete up to 200 interactions, in one request and one transaction.

    The items are done in their order, each by the rules of the single call, whose status it has
    in the answer. `partial`: what can be done is done; 207 when some item was refused. `atomic`:
    with one item refused nothing is done; the answer is a 422, whose `details` have all that is
    wrong, as `items.3.title` for a field and `items.3` for the rest. `if_version` is `If-Match`
    of the single call, and never owed. As of any request, the body may have 256 KiB: that is 1.3
    KB for each of 200 items. What was done can be taken back by its `operation_id`.
    """
    result = await do_batch(
        session, body, confidential=confidential, foreign=foreign, denials=denials
    )
    if result.failed:
        response.status_code = 207
    if result.operation_id is None:
        keep_nothing(request)
    return result
