"""Who can call, and what is there for them to call about: made anew for each call."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from fastapi import FastAPI

from app.access import Access
from app.core.vocabulary import Role
from app.models import Site, User
from tests.factories import DEVICE, PASSWORD, Make, session_headers
from tests.imports.making import make_import, make_operation
from tests.jobs.making import make_job
from tests.privacy.making import make_export
from tests.reports.making import make_report, make_schedule
from tests.saved_searches.making import make_search
from tests.tenancy.operations import Target, session_id_of


class Kind(StrEnum):
    """Who calls about a thing of a site."""

    ANONYMOUS = "nobody that we know"
    NO_SITE = "somebody of no site"
    VIEWER = "a viewer of the site"
    EDITOR = "an editor of the site"
    CREATOR = "the editor who created it"
    SITE_ADMIN = "an admin of the site"
    SYSTEM_ADMIN = "a system administrator"
    FOREIGN_VIEWER = "a viewer of another site"
    FOREIGN_EDITOR = "an editor of another site"
    FOREIGN_SITE_ADMIN = "an admin of another site"
    API_KEY = "a machine with a key of an admin of the site, as viewer"


ROLES = {
    Kind.VIEWER: Role.VIEWER,
    Kind.EDITOR: Role.EDITOR,
    Kind.CREATOR: Role.EDITOR,
    Kind.SITE_ADMIN: Role.SITE_ADMIN,
    Kind.FOREIGN_VIEWER: Role.VIEWER,
    Kind.FOREIGN_EDITOR: Role.EDITOR,
    Kind.FOREIGN_SITE_ADMIN: Role.SITE_ADMIN,
    Kind.API_KEY: Role.SITE_ADMIN,
}
FOREIGN = {Kind.FOREIGN_VIEWER, Kind.FOREIGN_EDITOR, Kind.FOREIGN_SITE_ADMIN}
KNOWN = set(Kind) - {Kind.ANONYMOUS, Kind.API_KEY}
ADMINS = {Kind.SITE_ADMIN, Kind.SYSTEM_ADMIN}

ALLOWED = {
    Access.ANYBODY: set(Kind),
    Access.CALLER: KNOWN | {Kind.API_KEY},
    Access.PERSON: KNOWN,
    Access.SESSION: KNOWN,
    Access.VIEWER: KNOWN - FOREIGN - {Kind.NO_SITE} | {Kind.API_KEY},
    Access.EDITOR: {Kind.EDITOR, Kind.CREATOR} | ADMINS,
    Access.CREATOR: {Kind.CREATOR} | ADMINS,
    Access.SITE_ADMIN: ADMINS,
    Access.SOME_SITE_ADMIN: ADMINS | {Kind.FOREIGN_SITE_ADMIN},
    Access.ANY_ADMIN: ADMINS | {Kind.FOREIGN_SITE_ADMIN},
    Access.SYSTEM_ADMIN: {Kind.SYSTEM_ADMIN},
}
"""What the words of `app/access.py` mean."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A caller and a target at a site.

    Attributes:
        caller: None for somebody who does not log in.
        headers: What the caller sends.
        session_headers: What a page of ours sends for them.
        site: The site that the target is of.
        target: What the call is about.
    """

    caller: User | None
    headers: dict[str, str]
    session_headers: dict[str, str]
    site: Site
    target: Target


async def _failed_job(app: FastAPI, owner: User, site: Site) -> int:
    failed = {"status": "failed", "error_code": "timeout"}
    return await make_job(app.state.engine, owner, site, **failed)


async def _operation(app: FastAPI, owner: User, _site: Site) -> str:
    return str(await make_operation(app, owner))


BELONGINGS: Mapping[str, Callable[[FastAPI, User, Site], Awaitable[Any]]] = {
    "search_id": lambda app, owner, _site: make_search(app.state.engine, owner),
    "report_id": make_report,
    "import_id": make_import,
    "operation_id": _operation,
    "schedule_id": lambda app, owner, _site: make_schedule(app.state.engine, owner),
    "request_id": make_export,
    "job_id": _failed_job,
}
"""What the caller has, by the names that paths have for it, and what makes each."""


async def make_scene(
    app: FastAPI,
    make: Make,
    kind: Kind,
    *,
    is_active: bool = True,
    needed: Collection[str] = tuple(BELONGINGS),
) -> Scene:
    """A site with an interaction and people, and a caller of some kind.

    Args:
        app: The application.
        make: Makes the rest.
        kind: Of the caller.
        is_active: Whether the site takes writes.
        needed: Which of the caller's belongings a call is about; the others are not made.
    """
    home, elsewhere = await make.site(is_active=is_active), await make.site()
    caller = await _make_caller(make, kind, elsewhere if kind in FOREIGN else home)
    creator = caller if kind is Kind.CREATOR and caller else await make.member(home)
    interaction = await make.interaction(home, creator)
    member, newcomer = await make.member(home, role=Role.VIEWER), await make.user()
    somebody = caller or newcomer
    own_key, _ = await make.api_key(app, somebody, home)
    tokens = await app.state.login_service.log_in(somebody.username, PASSWORD, DEVICE)
    target = Target(
        site_id=home.id,
        interaction_id=interaction.id,
        user_id=member.id,
        newcomer_id=newcomer.id,
        username=somebody.username,
        refresh_token=tokens.refresh_token,
        session_id=session_id_of(tokens.refresh_token),
        key_id=own_key.id,
    )
    belongings = {
        name: await BELONGINGS[name](app, somebody, home) for name in BELONGINGS if name in needed
    }
    target = replace(target, **belongings)
    if kind is Kind.API_KEY and caller:
        _, key = await make.api_key(app, caller, home)
        return Scene(caller, _bearer(key), _bearer(key), home, target)
    if caller is None:
        return Scene(None, {}, {}, home, target)
    page = await session_headers(app, caller)
    return Scene(caller, _bearer(tokens.access_token), page, home, target)


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def _make_caller(make: Make, kind: Kind, site: Site) -> User | None:
    if kind is Kind.ANONYMOUS:
        return None
    if kind is Kind.NO_SITE:
        return await make.user()
    if kind is Kind.SYSTEM_ADMIN:
        return await make.admin()
    return await make.member(site, role=ROLES[kind])
