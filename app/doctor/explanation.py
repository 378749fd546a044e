"""Why a user may do something or may not: what the service knows of user, row and site."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.auth.caller import Caller, read_caller
from app.core.config import Settings
from app.core.database import unscoped_transaction
from app.core.vocabulary import Role
from app.doctor.deployment import Deployment
from app.doctor.finding import Finding, Line, ok, refused, wrong
from app.doctor.permissions import at_foreign_interaction, at_interaction, at_site
from app.identity.people import find_by_name
from app.interactions.repository import find_interaction, site_of_interaction
from app.models import Interaction, Membership, Site, User
from app.tenancy.scope import SiteScope
from app.tenancy.session import read_session


async def explain_interaction(deployment: Deployment, user: str, interaction_id: int) -> list[Line]:
    """Tell what a user may do with an interaction, and by which rule."""
    caller, lines = await _about_user(deployment, user)
    if caller is None:
        return lines
    engine, scope = deployment.engine, SiteScope.of(caller)
    async with read_session(engine, scope) as session:
        row = await find_interaction(session, interaction_id)
        site_id = row.site_id if row else await site_of_interaction(session, interaction_id)
        if row is None and site_id is not None:
            may = at_foreign_interaction(scope, site_id)
        else:
            may = await at_interaction(session, row) if row else []
    state = _state(row, site_id)
    if site_id is None:
        return [*lines, ("interaction", state)]
    facts = await _about_site(engine, caller, site_id)
    return [*lines, ("interaction", state), *facts, *may]


async def explain_site(deployment: Deployment, user: str, site_id: int) -> list[Line]:
    """Tell what a user may do at a site, and by which rule."""
    caller, lines = await _about_user(deployment, user)
    if caller is None:
        return lines
    facts = await _about_site(deployment.engine, caller, site_id)
    return [*lines, *facts, *at_site(SiteScope.of(caller), site_id)]


async def _about_user(deployment: Deployment, name: str) -> tuple[Caller | None, list[Line]]:
    user = await _find_user(deployment.engine, name)
    if user is None:
        advice = "Name somebody by user name, e-mail address or id"
        return None, [("user", wrong("there is no such user", advice))]
    caller = await read_caller(deployment.engine, user.id, None)
    if caller is None:
        return None, [("user", refused(f"{user.id} is not active: nothing of theirs is good"))]
    what = ", a system administrator" if caller.is_system_admin else ""
    line = ("user", ok(f"{user.id}, active{what}"))
    return caller, [line, *_about_second_factor(deployment.settings, caller)]


async def _find_user(engine: AsyncEngine, name: str) -> User | None:
    """By user name or address, whatever the case; else by id, since a name may be a number."""
    async with unscoped_transaction(engine) as session:
        user = await find_by_name(session, name)
        if user is None and name.isascii() and name.isdigit() and int(name) < 2**31:
            user = await session.get(User, int(name))
        return user


def _about_second_factor(settings: Settings, caller: Caller) -> list[Line]:
    if not (settings.require_totp_for_admins and caller.administers):
        return []
    if caller.has_second_factor:
        return [("second factor", ok("required, and set up"))]
    seen = "required and missing: who logs in with a password can only set one up"
    return [("second factor", refused(seen))]


def _state(row: Interaction | None, site_id: int | None) -> Finding:
    if site_id is None:
        return refused("unknown, or deleted at a site that is not the user's")
    if row is not None and row.deleted_at is not None:
        return refused(f"of site {site_id}, deleted")
    return ok(f"of site {site_id}, not deleted")


async def _about_site(engine: AsyncEngine, caller: Caller, site_id: int) -> list[Line]:
    # Not the caller's own scope, which leaves out a site that is not active.
    one_site = SiteScope(user_id=caller.user_id, roles={site_id: Role.VIEWER})
    is_theirs = Membership.user_id == caller.user_id
    async with read_session(engine, one_site) as session:
        site = await session.scalar(select(Site).where(Site.id == site_id))
        held = await session.scalar(select(Membership.role).where(is_theirs))
    if site is None:
        return [("site", refused("there is none of this id"))]
    inactive = "not active: it takes no changes, and only system administrators see it"
    state = ok("active") if site.is_active else refused(inactive)
    return [("site", state), ("role", _role(caller, held))]


def _role(caller: Caller, held: str | None) -> Finding:
    if caller.is_system_admin:
        return ok(f"{Role.SITE_ADMIN}, as a system administrator is everywhere")
    return ok(held) if held else refused("none at this site")
