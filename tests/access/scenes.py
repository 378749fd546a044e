"""Who can call, and what is there for them to call about."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any

from fastapi import FastAPI

from app.access import Access
from app.core.vocabulary import Role
from app.models import Interaction, Site, User
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
class Surroundings:
    """What a call may be about, whoever calls.

    Attributes:
        home: The site.
        elsewhere: Another one.
        interaction: One of the site, of an editor's who does not call.
        member: A viewer of the site.
        newcomer: Somebody of no site.
    """

    home: Site
    elsewhere: Site
    interaction: Interaction
    member: User
    newcomer: User


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


ALL_OF_IT = frozenset(field.name for field in fields(Target))
LOGIN = {"refresh_token", "session_id"}


async def make_surroundings(make: Make, *, is_active: bool = True) -> Surroundings:
    """Two sites, an interaction and people.

    Args:
        make: Makes them.
        is_active: Whether the site takes writes.
    """
    home, elsewhere = await make.site(is_active=is_active), await make.site()
    interaction = await make.interaction(home, await make.member(home))
    member, newcomer = await make.member(home, role=Role.VIEWER), await make.user()
    return Surroundings(home, elsewhere, interaction, member, newcomer)


async def make_scene(
    app: FastAPI,
    make: Make,
    kind: Kind,
    *,
    around: Surroundings,
    needed: Collection[str] = ALL_OF_IT,
    is_page: bool = True,
) -> Scene:
    """A caller of some kind, and what is theirs.

    Args:
        app: The application.
        make: Makes the rest.
        kind: Of the caller.
        around: Where this happens. What changes something has it for itself.
        needed: What of a target a call is about; belongings beside that are not made.
        is_page: Whether the caller has a session of a browser, too.
    """
    home = around.home
    caller = await _make_caller(make, kind, around.elsewhere if kind in FOREIGN else home)
    interaction = around.interaction
    if caller and kind is Kind.CREATOR:
        interaction = await make.interaction(home, caller)
    somebody = caller or around.newcomer
    target = Target(
        site_id=home.id,
        interaction_id=interaction.id,
        user_id=around.member.id,
        newcomer_id=around.newcomer.id,
        username=somebody.username,
    )
    made = {
        name: await BELONGINGS[name](app, somebody, home) for name in BELONGINGS if name in needed
    }
    if LOGIN & set(needed):
        tokens = await app.state.login_service.log_in(somebody.username, PASSWORD, DEVICE)
        made["refresh_token"] = tokens.refresh_token
        made["session_id"] = session_id_of(tokens.refresh_token)
    if "key_id" in needed:
        made["key_id"] = (await make.api_key(app, somebody, home))[0].id
    target = replace(target, **made)
    if caller is None:
        return Scene(None, {}, {}, home, target)
    if kind is Kind.API_KEY:
        _, key = await make.api_key(app, caller, home)
        return Scene(caller, _bearer(key), _bearer(key), home, target)
    token = tokens.access_token if LOGIN & set(needed) else make.token(app, caller)
    page = await session_headers(app, caller) if is_page else {}
    return Scene(caller, _bearer(token), page, home, target)


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
