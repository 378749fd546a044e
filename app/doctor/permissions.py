"""What the rules of the service say when they are asked."""

from collections.abc import Callable
from functools import partial

from app.core.errors import AppError
from app.core.vocabulary import Role
from app.doctor.finding import Finding, Line, allowed, refused
from app.interactions import editing
from app.interactions.repository import InteractionNotFound, get_interaction
from app.models import Interaction
from app.tenancy.scope import SiteScope
from app.tenancy.session import ReadSession

Rule = Callable[[], object]

READ_HISTORY = "read history"


async def at_interaction(session: ReadSession, row: Interaction) -> list[Line]:
    """What may be done with an interaction that the session's scope holds."""
    scope, site_id = session.scope, row.site_id
    who = f"as {scope.roles[site_id]} of the site"
    if row.created_by == scope.user_id:
        who += ", who created it"
    try:
        await get_interaction(session, row.id)
        missing = None
    except InteractionNotFound as error:
        missing = refused(error.text)
    rules: dict[str, Rule] = {
        "read": partial(scope.require, site_id),
        "update": partial(scope.require_writable, site_id, Role.EDITOR),
        "delete": partial(editing.refuse_deleting, scope, row),
    }
    history = partial(editing.refuse_reading_history, scope, row)
    lines = [(what, missing or _answer(rule, who)) for what, rule in rules.items()]
    return [*lines, (READ_HISTORY, _answer(history, who))]


def at_foreign_interaction(scope: SiteScope, site_id: int) -> list[Line]:
    """What may be done with an interaction of a site outside the scope."""
    answer = _answer(partial(scope.require, site_id), "")
    return [(what, answer) for what in ("read", "update", "delete", READ_HISTORY)]


def at_site(scope: SiteScope, site_id: int) -> list[Line]:
    """What may be done at a site, in the scope or not."""
    who = f"as {scope.roles.get(site_id)} of the site"
    rules: dict[str, Rule] = {
        "read": partial(scope.require, site_id),
        "record": partial(scope.require_writable, site_id, Role.EDITOR),
        "manage members": partial(scope.require_writable, site_id, Role.SITE_ADMIN),
    }
    return [(what, _answer(rule, who)) for what, rule in rules.items()]


def _answer(rule: Rule, who: str) -> Finding:
    try:
        rule()
    except AppError as error:
        return refused(error.text)
    return allowed(who)
