"""What the routes of API keys depend on."""

from typing import Annotated

from fastapi import Depends, Path, Request

from app.auth.api_key_format import ApiKeyText
from app.auth.dependencies import CurrentAuthentication
from app.core.config import Settings
from app.core.errors import Forbidden, ValidationFailed
from app.core.fields import Id
from app.core.http.json_request import sent_object
from app.core.secret_keys import SecretKeys
from app.core.vocabulary import Role
from app.tenancy.dependencies import CurrentScope

KeyId = Annotated[Id, Path(description="The key's id.")]


async def require_named_sites(request: Request, scope: CurrentScope) -> None:
    """Refuse a key for more than its owner may, before the rest of the body is looked at.

    What is passed over here is no id of a site or no role, and the body is refused for it.

    Raises:
        Forbidden: A site is not the caller's, or the role there is lower.
        ValidationFailed: A system administrator named a site that there is not.
    """
    body = await sent_object(request)
    named, role = body.get("site_ids"), body.get("role")
    least = Role(role) if role in list(Role) else Role.VIEWER
    for site_id in named if isinstance(named, list) else []:
        if type(site_id) is not int or not 1 <= site_id < 2**31:
            continue
        if scope.is_system_admin and site_id not in scope.roles:
            raise ValidationFailed(details={"site_ids": f"There is no site {site_id}"})
        scope.require(site_id, least)


async def require_all_sites(authentication: CurrentAuthentication) -> None:
    """Refuse a token that is for some of its user's sites: the key may be for others.

    Raises:
        Forbidden: It is such a token.
    """
    if authentication.site_ids is not None:
        raise Forbidden("This token is for some sites only")


async def get_secret_keys(request: Request) -> SecretKeys:
    """What digests of keys are made with."""
    keys: SecretKeys = request.app.state.secret_keys
    return keys


async def get_new_key(request: Request) -> ApiKeyText:
    """A key for this deployment that there has never been."""
    settings: Settings = request.app.state.settings
    return ApiKeyText.new(is_live=settings.is_production)


NAMES_SITES = [Depends(require_named_sites)]
"""For `dependencies=` of a route whose body names the sites and the role of a key."""

OF_ALL_SITES = [Depends(require_all_sites)]
"""For `dependencies=` of a route that tells the secret of a key that there is already."""

Peppers = Annotated[SecretKeys, Depends(get_secret_keys)]
NewKey = Annotated[ApiKeyText, Depends(get_new_key)]
