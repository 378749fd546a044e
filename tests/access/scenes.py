"""Who can call, and what is there for them to call about: made anew for each call."""

from dataclasses import dataclass
from enum import StrEnum

from fastapi import FastAPI

from app.access import Access
from app.core.vocabulary import Role
from app.models import Site, User
from tests.factories import PASSWORD, Make
from tests.tenancy.operations import Target


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


ROLES = {
    Kind.VIEWER: Role.VIEWER,
    Kind.EDITOR: Role.EDITOR,
    Kind.CREATOR: Role.EDITOR,
    Kind.SITE_ADMIN: Role.SITE_ADMIN,
    Kind.FOREIGN_VIEWER: Role.VIEWER,
    Kind.FOREIGN_EDITOR: Role.EDITOR,
    Kind.FOREIGN_SITE_ADMIN: Role.SITE_ADMIN,
}
FOREIGN = {Kind.FOREIGN_VIEWER, Kind.FOREIGN_EDITOR, Kind.FOREIGN_SITE_ADMIN}
KNOWN = set(Kind) - {Kind.ANONYMOUS}
ADMINS = {Kind.SITE_ADMIN, Kind.SYSTEM_ADMIN}

ALLOWED = {
    Access.ANYBODY: set(Kind),
    Access.CALLER: KNOWN,
    Access.VIEWER: KNOWN - FOREIGN - {Kind.NO_SITE},
    Access.EDITOR: {Kind.EDITOR, Kind.CREATOR} | ADMINS,
    Access.CREATOR: {Kind.CREATOR} | ADMINS,
    Access.SITE_ADMIN: ADMINS,
    Access.SOME_SITE_ADMIN: ADMINS | {Kind.FOREIGN_SITE_ADMIN},
    Access.SYSTEM_ADMIN: {Kind.SYSTEM_ADMIN},
}
"""What the words of `app/access.py` mean."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A caller and a target at a site.

    Attributes:
        caller: None for somebody who does not log in.
        headers: What the caller sends.
        site: The site that the target is of.
        target: What the call is about.
    """

    caller: User | None
    headers: dict[str, str]
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
    tokens = await app.state.login_service.log_in(somebody.username, PASSWORD)
    target = Target(
        site_id=home.id,
        interaction_id=interaction.id,
        user_id=member.id,
        newcomer_id=newcomer.id,
        username=somebody.username,
        refresh_token=tokens.refresh_token,
    )
    headers = {"Authorization": f"Bearer {tokens.access_token}"} if caller else {}
    return Scene(caller, headers, home, target)


async def _make_caller(make: Make, kind: Kind, site: Site) -> User | None:
    if kind is Kind.ANONYMOUS:
        return None
    if kind is Kind.NO_SITE:
        return await make.user()
    if kind is Kind.SYSTEM_ADMIN:
        return await make.admin()
    return await make.member(site, role=ROLES[kind])
