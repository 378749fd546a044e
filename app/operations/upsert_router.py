"""`/interactions/by-external-id`: keeping what another system has, by its own keys."""

from typing import Annotated

from fastapi import Path, Request, Response
from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from app.core.http.routing import Router
from app.core.text import clean_line
from app.interactions import presentation
from app.interactions.dependencies import Confidential
from app.interactions.schemas import InteractionRead, InteractionReplace
from app.operations.dependencies import CurrentUpsertCondition, UpsertSite
from app.operations.upserting import Upsert, with_external_id
from app.tenancy.dependencies import Writes

router = Router(prefix="/interactions", tags=["interactions"])


def _decoded(key: str) -> str:
    # What stands for bytes that are no UTF-8: two such keys would be taken for one.
    if "\N{REPLACEMENT CHARACTER}" in key:
        raise PydanticCustomError("not_utf_8", "{label} must be percent-encoded UTF-8")
    return key


ExternalId = Annotated[
    str,
    Field(min_length=1, max_length=200),
    BeforeValidator(clean_line),
    AfterValidator(_decoded),
    Path(
        description="The key in the other system, percent-encoded; slashes may be left as they "
        "are.",
    ),
]


@router.put(
    "/by-external-id/{external_id:path}",
    operation_id="upsertInteraction",
    response_model_exclude_unset=True,
    responses={201: {"model": InteractionRead, "description": "There was none; it was created"}},
)
async def upsert_interaction(
    request: Request,
    response: Response,
    site_id: UpsertSite,
    confidential: Confidential,
    condition: CurrentUpsertCondition,
    session: Writes,
    external_id: ExternalId,
    body: InteractionReplace,
) -> InteractionRead:
    """Create the interaction with this external id, or replace it if the site has one.

    201 when it was created, 200 when it was replaced; what changes nothing makes no version.
    `external_id` may be left out of the body. One in the trash does not count: a new one is
    created. A legal hold is set on what is there already.
    """
    upsert = Upsert(site_id, external_id, with_external_id(body, external_id), condition)
    row, is_new = await upsert.apply(session, confidential)
    if is_new:
        response.status_code = 201
        collection, _, _ = request.url.path.partition("/by-external-id/")
        response.headers["Location"] = f"{collection}/{row.id}"
    response.headers["ETag"] = presentation.etag_of(row)
    return confidential.show(row, await presentation.present_one(session, row))
