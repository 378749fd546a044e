"""What the routes of logging in at the provider depend on."""

from typing import Annotated

from fastapi import Depends, Request

from app.auth.dependencies import own_origin
from app.auth.session_cookie import SessionCookie
from app.core.errors import NotFound
from app.core.http.answer_headers import add_answer_header
from app.identity.oidc.logout import ProviderLogout
from app.identity.oidc.pending import PendingLogin, pending_cookie
from app.identity.oidc.provider_login import ProviderLogin

CALLBACK = "/api/v1/auth/oidc/callback"


async def get_provider_login(request: Request) -> ProviderLogin:
    """What logging in at the provider needs.

    Raises:
        NotFound: No provider is set.
    """
    login: ProviderLogin | None = request.app.state.provider_login
    if login is None:
        raise NotFound("There is no provider of single sign-on here")
    return login


async def get_provider_logout(request: Request) -> ProviderLogout:
    """What logging out at the provider needs."""
    logout: ProviderLogout = request.app.state.provider_logout
    return logout


async def get_redirect_uri(request: Request) -> str:
    """Where the provider sends browsers back to."""
    return own_origin(request) + CALLBACK


async def take_pending(request: Request) -> PendingLogin | None:
    """The login that the browser has begun; whatever comes of it, it was that one's only try."""
    cookie = pending_cookie(request.app.state.settings)
    if cookie.name not in request.cookies:
        return None
    add_answer_header(request.scope, "Set-Cookie", cookie.clearing)
    return PendingLogin.open(request.cookies[cookie.name], request.app.state.key_ring)


def keep_pending(request: Request, pending: PendingLogin) -> None:
    """Have the answer set the cookie that a begun login waits in."""
    cookie: SessionCookie = pending_cookie(request.app.state.settings)
    value = pending.seal(request.app.state.key_ring)
    add_answer_header(request.scope, "Set-Cookie", cookie.setting(value))


ProviderLogins = Annotated[ProviderLogin, Depends(get_provider_login)]
ProviderLogouts = Annotated[ProviderLogout, Depends(get_provider_logout)]
RedirectUri = Annotated[str, Depends(get_redirect_uri)]
TakenLogin = Annotated[PendingLogin | None, Depends(take_pending)]
