"""The caller's scope and the sessions that see it, as dependencies of a route.

The sessions are declared with `scope="function"`: they commit before the answer leaves, so that
201 means stored. FastAPI's plain dependencies with `yield` would finish after it.
"""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Header, Query

from app.auth.dependencies import CurrentAuthentication, Engine
from app.core.fields import SiteId
from app.tenancy.scope import SiteScope
from app.tenancy.session import ReadSession, WriteSession, read_session, scoped_session


def get_scope(
    authentication: CurrentAuthentication,
    x_site_id: Annotated[
        SiteId | None, Header(description="Narrows this request to one of the caller's sites.")
    ] = None,
) -> SiteScope:
    """The caller's sites, narrowed by what the token and the request name."""
    scope = SiteScope.of(authentication.caller)
    if authentication.token_site_ids is not None:
        scope = scope.within(authentication.token_site_ids)
    return scope if x_site_id is None else scope.narrow([x_site_id])


CurrentScope = Annotated[SiteScope, Depends(get_scope)]


def get_listed_scope(
    scope: CurrentScope,
    site_id: Annotated[
        list[SiteId] | None, Query(description="Only these of the caller's sites; repeatable.")
    ] = None,
) -> SiteScope:
    """The scope of a list, which `site_id` may narrow further."""
    return scope.narrow(site_id) if site_id else scope


ListedScope = Annotated[SiteScope, Depends(get_listed_scope)]


async def get_read_session(engine: Engine, scope: CurrentScope) -> AsyncIterator[ReadSession]:
    """A read-only transaction for the scope."""
    async with read_session(engine, scope) as session:
        yield session


async def get_listed_session(engine: Engine, scope: ListedScope) -> AsyncIterator[ReadSession]:
    """A read-only transaction for the sites that a list is asked for."""
    async with read_session(engine, scope) as session:
        yield session


async def get_write_session(engine: Engine, scope: CurrentScope) -> AsyncIterator[WriteSession]:
    """A transaction for the scope."""
    async with scoped_session(engine, scope) as session:
        yield session


Reads = Annotated[ReadSession, Depends(get_read_session, scope="function")]
ListedReads = Annotated[ReadSession, Depends(get_listed_session, scope="function")]
Writes = Annotated[WriteSession, Depends(get_write_session, scope="function")]
