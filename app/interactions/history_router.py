"""What was changed, by whom, and going back to it."""

from typing import Annotated

from fastapi import Body, Query, Request, Response
from pydantic import AfterValidator

from app.core.http.routing import Router
from app.core.http.suggestions import unknown_name
from app.core.pagination import Paging, link_pages
from app.interactions import history_pages, presentation, restoring
from app.interactions.activity_pages import ActivityOf
from app.interactions.dependencies import Confidential, InteractionId
from app.interactions.history import CONTENT
from app.interactions.history_schemas import ActivityPage, HistoryPage, Restoration
from app.interactions.preconditions import CurrentPrecondition, refuse_stale
from app.interactions.schemas import InteractionRead
from app.tenancy.dependencies import Reads, SiteOnly, Writes

router = Router(tags=["interactions"])


def _known_field(name: str | None) -> str | None:
    if name is not None and name not in CONTENT:
        raise ValueError(unknown_name("field", name, CONTENT))
    return name


Field = Annotated[
    str | None,
    AfterValidator(_known_field),
    Query(max_length=40, description=f"Only changes of this field: {', '.join(CONTENT)}."),
]


@router.get("/interactions/{interaction_id}/history", operation_id="listInteractionHistory")
async def list_interaction_history(
    request: Request,
    response: Response,
    session: Reads,
    interaction_id: InteractionId,
    paging: Paging,
    field: Field = None,
) -> HistoryPage:
    """List the changes of an interaction, newest first.

    That of a deleted one is for its creator and the site's admins, and for the admins alone once
    it is purged. Confidential notes and legal holds are in no history: a change of nothing else is
    an entry without `changes`.
    """
    page = await history_pages.read_page(session, interaction_id, paging, field=field)
    link_pages(response, request.url, page)
    return page


@router.post(
    "/interactions/{interaction_id}/restore",
    operation_id="restoreInteraction",
    response_model_exclude_unset=True,
)
async def restore_interaction(
    response: Response,
    session: Writes,
    confidential: Confidential,
    condition: CurrentPrecondition,
    interaction_id: InteractionId,
    body: Annotated[Restoration | None, Body(examples=[{"version": 3}])] = None,
) -> InteractionRead:
    """Take an interaction out of the trash, or bring back what it was in an earlier version.

    Out of the trash it is taken by who could have deleted it: by an editor who created it, or by a
    site_admin. With `version`, the content of that version comes back as a new one, in the trash
    or not. What changes nothing makes no version.
    """
    row = await restoring.lock_restorable(session, interaction_id)
    await refuse_stale(session, row, condition)
    await restoring.restore(session, row, body.version if body else None)
    response.headers["ETag"] = presentation.etag_of(row)
    return confidential.show(row, await presentation.present_one(session, row))


@router.get("/sites/{site_id}/activity", operation_id="listSiteActivity")
async def list_site_activity(
    response: Response, scope: SiteOnly, activity: ActivityOf
) -> ActivityPage:
    """List what was changed at a site, newest first, in short.

    It is not counted, and has no page numbers: `next_cursor` leads on, to any depth at the same
    cost.
    """
    return await activity.answer(response, scope)
