"""What the routes about one person depend on."""

from typing import Annotated

from fastapi import Depends, Path, Request

from app.auth.dependencies import Engine, SystemAdmin
from app.core.fields import Id
from app.core.http.json_request import sent_object
from app.core.vocabulary import Role
from app.interactions.naming_sites import require_site, site_ids_in
from app.models import Job
from app.privacy import repository
from app.tenancy.dependencies import CurrentScope
from app.tenancy.session import read_session

RequestId = Annotated[Id, Path(description="The request's id.")]


async def require_administration(
    request: Request, _admin: SystemAdmin, scope: CurrentScope
) -> None:
    """Refuse who may not ask for this, and sites that are none, before the rest is looked at.

    Raises:
        ValidationFailed: There is no such site.
    """
    body = await sent_object(request)
    for site_id in site_ids_in(body.get("site_ids")):
        require_site(scope, site_id, Role.SITE_ADMIN, field="site_ids")


ADMINISTERS = [Depends(require_administration)]
"""For `dependencies=` of a route whose body names a person."""


async def get_own_request(
    _admin: SystemAdmin, engine: Engine, scope: CurrentScope, request_id: RequestId
) -> Job:
    """One of the caller's requests.

    Raises:
        NotFound: There is none, or it is another's.
    """
    async with read_session(engine, scope) as session:
        return await repository.get_request(session, request_id)


OwnRequest = Annotated[Job, Depends(get_own_request)]
