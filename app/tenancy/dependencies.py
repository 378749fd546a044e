"""The caller's scope and the sessions that see it, as dependencies of a route.

The sessions are declared with `scope="function"`: they commit before the answer leaves, so that
201 means stored. FastAPI's plain dependencies with `yield` would finish after it.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Annotated

from fastapi import Depends, Header, Path, Query, Request

from app.auth.dependencies import CurrentAuthentication, Engine
from app.core.config import Settings
from app.core.errors import Forbidden, NotFound
from app.core.fields import SiteId
from app.core.vocabulary import Role
from app.idempotency.keys import CurrentRequestKey
from app.tenancy.repeats import answer_repeats
from app.tenancy.scope import SiteScope
from app.tenancy.session import ReadSession, WriteSession, read_session, scoped_session

MAX_SITES = 100
"""As many sites as one request can name; a caller with more leaves them unnamed."""


NamedSite = Annotated[
    SiteId | None, Header(description="Narrows this request to one of the caller's sites.")
]


async def get_auth_scope(
    request: Request, authentication: CurrentAuthentication, x_site_id: NamedSite = None
) -> SiteScope:
    """The caller's sites, narrowed by what the credential and the request name.

    As it is, it is for the routes under `/auth` alone; all others need `get_scope`.
    """
    scope = SiteScope.of(authentication.caller)
    if authentication.api_key_id is not None:
        scope = replace(scope, api_key_id=authentication.api_key_id)
    if authentication.site_ids is not None:
        # Who is every site's administrator is not so by a token that is for some of them.
        scope = replace(scope.within(authentication.site_ids), is_system_admin=False)
    if authentication.highest_role is not None:
        scope = scope.at_most(authentication.highest_role)
    request.state.scope = scope
    return scope if x_site_id is None else scope.narrow([x_site_id])


async def get_scope(
    request: Request, authentication: CurrentAuthentication, x_site_id: NamedSite = None
) -> SiteScope:
    """The caller's sites, once they have the second factor that the settings ask of them.

    Raises:
        Forbidden: They administer sites with a password alone.
    """
    # Called rather than depended on: that would cost more than all it does.
    scope = await get_auth_scope(request, authentication, x_site_id)
    settings: Settings = request.app.state.settings
    if settings.require_totp_for_admins and authentication.caller.administers_by_password_alone:
        raise Forbidden("Administrators need a second factor: set one up at POST /api/v1/auth/totp")
    return scope


CurrentScope = Annotated[SiteScope, Depends(get_scope)]


async def get_listed_scope(
    scope: CurrentScope,
    site_id: Annotated[
        list[SiteId] | None,
        Query(max_length=MAX_SITES, description="Only these of the caller's sites; repeatable."),
    ] = None,
) -> SiteScope:
    """The scope of a list, which `site_id` may narrow further."""
    return scope.narrow(site_id) if site_id else scope


ListedScope = Annotated[SiteScope, Depends(get_listed_scope)]


async def get_site_scope(
    scope: CurrentScope, site_id: Annotated[SiteId, Path(description="The site's id.")]
) -> SiteScope:
    """The scope of a route under `/sites/{site_id}`: that site alone.

    Raises:
        Forbidden: It is not one of the caller's, whether or not it exists.
        NotFound: A system administrator named a site that there is not.
    """
    if scope.is_system_admin and site_id not in scope.roles:
        raise NotFound("There is no such site")
    return scope.narrow([site_id])


SiteOnly = Annotated[SiteScope, Depends(get_site_scope)]


async def get_administered_site(scope: SiteOnly) -> SiteScope:
    """The scope of a route that needs the role site_admin at the site of the path."""
    for site_id in scope.site_ids:
        scope.require(site_id, Role.SITE_ADMIN)
    return scope


AdministeredSite = Annotated[SiteScope, Depends(get_administered_site)]


def _reads(get: Callable[..., Awaitable[SiteScope]]) -> Callable[..., AsyncIterator[ReadSession]]:
    async def get_session(
        engine: Engine, scope: Annotated[SiteScope, Depends(get)]
    ) -> AsyncIterator[ReadSession]:
        async with read_session(engine, scope) as session:
            yield session

    return get_session


def _writes(get: Callable[..., Awaitable[SiteScope]]) -> Callable[..., AsyncIterator[WriteSession]]:
    async def get_session(
        request: Request,
        engine: Engine,
        scope: Annotated[SiteScope, Depends(get)],
        key: CurrentRequestKey,
    ) -> AsyncIterator[WriteSession]:
        async with scoped_session(engine, scope) as session:
            await answer_repeats(request, key, session)
            yield session

    return get_session


AuthReads = Annotated[ReadSession, Depends(_reads(get_auth_scope), scope="function")]
Reads = Annotated[ReadSession, Depends(_reads(get_scope), scope="function")]
SiteReads = Annotated[ReadSession, Depends(_reads(get_site_scope), scope="function")]
AdminReads = Annotated[ReadSession, Depends(_reads(get_administered_site), scope="function")]
Writes = Annotated[WriteSession, Depends(_writes(get_scope), scope="function")]
SiteWrites = Annotated[WriteSession, Depends(_writes(get_site_scope), scope="function")]
AdminWrites = Annotated[WriteSession, Depends(_writes(get_administered_site), scope="function")]
