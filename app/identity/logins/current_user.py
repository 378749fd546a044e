"""The caller, as told to the caller."""

from app.auth.caller import Caller
from app.identity.logins import repository
from app.identity.logins.schemas import CurrentUser, SiteMembership
from app.tenancy.session import ReadSession


async def describe_caller(session: ReadSession, caller: Caller) -> CurrentUser:
    """The caller, as what the session's scope lets them be: a key is less than its owner."""
    return CurrentUser(
        id=caller.user_id,
        username=caller.username,
        email=caller.email,
        full_name=caller.full_name,
        is_system_admin=session.scope.is_system_admin,
        sites=await list_memberships(session),
    )


async def list_memberships(session: ReadSession) -> list[SiteMembership]:
    """The sites of the session's scope with the role at each, in the order of their names."""
    names = await repository.list_site_names(session)
    return [
        SiteMembership(id=site_id, name=name, role=session.scope.roles[site_id])
        for site_id, name in names.items()
    ]
