"""What may be done with a saved search, and how many there can be; pure functions."""

from app.core.errors import NotFound
from app.core.vocabulary import Role
from app.tenancy.scope import SiteForbidden, SiteScope

MAX_SEARCHES = 200
"""As many searches as one person can keep."""


def require_owner(scope: SiteScope, owner_id: int, shared_with: int | None) -> None:
    """Let the owner change a search, and nobody else: not even an admin of the site it is on.

    Raises:
        SiteForbidden: It is another's.
        NotFound: It is another's, and on no site.
    """
    if owner_id != scope.user_id:
        site_id = _site_of(shared_with)
        raise SiteForbidden("Only its owner may change a saved search", site_id=site_id)


def require_may_take_off(scope: SiteScope, shared_with: int | None) -> None:
    """Let an admin take another's search off the site that it is shared with.

    Raises:
        SiteForbidden: The caller is no admin there.
        Conflict: The site is not active.
        NotFound: It is on no site.
    """
    scope.require_writable(_site_of(shared_with), Role.SITE_ADMIN)


def _site_of(shared_with: int | None) -> int:
    if shared_with is None:  # another's private search is found by nobody: see the repository
        raise NotFound("There is no such saved search")
    return shared_with
