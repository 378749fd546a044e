"""`/auth/session` and `/auth/sessions`: logging in with a browser, and where one is logged in."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Request, Response

from app.auth.csrf import CsrfProtection
from app.auth.dependencies import PersonalCaller, SessionCaller, own_origin
from app.core.http.routing import Router
from app.core.rate_limit.classes import RateClass, limited_as
from app.core.vocabulary import LoginMethod
from app.identity.logins import open_logins
from app.identity.logins.dependencies import (
    Browsers,
    Csrf,
    Logins,
    clear_session_cookie,
    set_session_cookie,
)
from app.identity.logins.device import CurrentDevice
from app.identity.logins.schemas import (
    BrowserSession,
    LoggedOut,
    LoginRequest,
    OpenLogin,
    OpenLogins,
)
from app.identity.oidc.dependencies import ProviderLogouts

router = Router(prefix="/auth", tags=["auth"])

LoginId = Annotated[UUID, Path(description="The session's id.")]


@router.post("/session", operation_id="openSession", openapi_extra=limited_as(RateClass.AUTH))
async def open_session(
    request: Request,
    logins: Logins,
    browsers: Browsers,
    csrf: Csrf,
    device: CurrentDevice,
    body: LoginRequest,
) -> BrowserSession:
    """Log in with a browser: sets the session cookie.

    An account with a second factor needs the code of its authenticator app in `totp` too.
    Requests that change something then need the `X-CSRF-Token` that this answers with.
    """
    _refuse_other_pages(request, csrf)
    user_id = await logins.check.require(body.username, body.password, device, totp=body.totp)
    cookie = request.app.state.session_cookie
    secret = await browsers.open(
        user_id, device, method=LoginMethod.PASSWORD, replaced=request.cookies.get(cookie.name)
    )
    user = await logins.describe(user_id, secret.row_id)
    set_session_cookie(request, str(secret))
    return BrowserSession(user=user, csrf_token=csrf.token_for(secret.row_id))


@router.get("/session", operation_id="getSession")
async def get_session(logins: Logins, caller: SessionCaller, csrf: Csrf) -> BrowserSession:
    """Tell who is logged in with this browser."""
    assert caller.login_id is not None  # noqa: S101 - a session has one
    user = await logins.describe(caller.user_id, caller.login_id)
    return BrowserSession(user=user, csrf_token=csrf.token_for(caller.login_id))


@router.delete("/session", operation_id="closeSession")
async def close_session(
    request: Request, logins: Logins, provider: ProviderLogouts, caller: SessionCaller
) -> LoggedOut:
    """Log out of this browser.

    `logout_url` is where to send it to be logged out at the provider of single sign-on too.
    """
    await logins.log_out(caller)
    clear_session_cookie(request)
    address = await provider.address_for(caller, return_to=f"{own_origin(request)}/")
    return LoggedOut(logout_url=address)


@router.get("/sessions", operation_id="listSessions")
async def list_sessions(logins: Logins, caller: PersonalCaller) -> OpenLogins:
    """List where the caller is logged in, with browsers and programs."""
    rows = await open_logins.list_open(logins.engine, caller.user_id)
    answers = [
        OpenLogin.model_validate(row).model_copy(update={"is_current": row.id == caller.login_id})
        for row in rows
    ]
    return OpenLogins(sessions=answers)


@router.delete(
    "/sessions/{session_id}", operation_id="revokeSession", status_code=204, response_class=Response
)
async def revoke_session(
    request: Request, logins: Logins, caller: PersonalCaller, session_id: LoginId
) -> None:
    """End one of the caller's sessions."""
    await open_logins.revoke(logins.engine, caller.user_id, session_id)
    logins.callers.forget(caller.user_id, session_id)
    if session_id == caller.login_id:
        clear_session_cookie(request)


@router.delete(
    "/sessions", operation_id="revokeAllSessions", status_code=204, response_class=Response
)
async def revoke_all_sessions(request: Request, logins: Logins, caller: PersonalCaller) -> None:
    """End all of the caller's sessions, this one too."""
    await open_logins.revoke_all(logins.engine, caller.user_id)
    logins.callers.forget_all()
    clear_session_cookie(request)


def _refuse_other_pages(request: Request, csrf: CsrfProtection) -> None:
    """Refuse a login that another site's page sends; programs say nothing of pages."""
    fetch_site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if fetch_site is not None or origin is not None:
        csrf.require_own_page(fetch_site=fetch_site, origin=origin, own=own_origin(request))
