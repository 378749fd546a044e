"""Who can call, and what is there for them to call about: made anew for each call."""

from dataclasses import dataclass
from enum import StrEnum

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


async def make_scene(app: FastAPI, make: Make, kind: Kind, *, is_active: bool = True) -> Scene:
    """A site with an interaction and people, and a caller of some kind."""
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
        search_id=await make_search(app.state.engine, somebody),
        report_id=await make_report(app, somebody, home),
        import_id=await make_import(app, somebody, home),
        operation_id=str(await make_operation(app, somebody)),
        schedule_id=await make_schedule(app.state.engine, somebody),
        request_id=await make_export(app, somebody, home),
        job_id=await make_job(
            app.state.engine, somebody, home, status="failed", error_code="timeout"
        ),
    )
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
