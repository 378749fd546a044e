"""Which sites a request about one person is about, and whom nobody asks about."""

from app.auth.caller import Caller
from app.core.errors import Conflict
from app.privacy.schemas import PrivacyCreate
from app.tenancy.scope import SiteScope


def scope_of(body: PrivacyCreate, scope: SiteScope, caller: Caller) -> SiteScope:
    """The sites that are named, else those of the request; for a user all there are.

    Args:
        body: What is asked.
        scope: The sites of the request.
        caller: Who asks: a system administrator.
    """
    if isinstance(body.person, int):
        return SiteScope.of(caller)
    return scope.within(body.site_ids or scope.site_ids)


def refuse_oneself(body: PrivacyCreate, caller: Caller) -> None:
    """Refuse to erase who asks: what ends their jobs would end the erasure too.

    Raises:
        Conflict: It is the caller.
    """
    if body.person == caller.user_id:
        raise Conflict("Have another system administrator erase your account")
