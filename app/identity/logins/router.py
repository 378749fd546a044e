"""`/auth`: logging in, and who the caller is."""

from fastapi import Request, Response

from app.auth.dependencies import CurrentCaller, PersonalCaller
from app.core.http.routing import Router
from app.core.rate_limit.classes import RateClass, limited_as
from app.identity.logins.current_user import describe_caller, list_memberships
from app.identity.logins.dependencies import Logins, clear_session_cookie
from app.identity.logins.device import CurrentDevice
from app.identity.logins.schemas import (
    CurrentUser,
    LoggedIn,
    LoginRequest,
    RefreshRequest,
    SiteMemberships,
    TokenPair,
)
from app.tenancy.dependencies import AuthReads

router = Router(prefix="/auth", tags=["auth"])


@router.post("/login", operation_id="logIn", openapi_extra=limited_as(RateClass.AUTH))
async def log_in(logins: Logins, device: CurrentDevice, body: LoginRequest) -> LoggedIn:
    """Log in with user name or e-mail address and password.

    An account with a second factor needs the code of its authenticator app in `totp` too: without
    it the answer is a 401 whose `details` name `totp`. Five failures from one address lock the
    account for this address for 15 minutes.

    The access token lasts 30 minutes, the refresh token 7 days.
    """
    return await logins.log_in(body.username, body.password, device, totp=body.totp)


@router.post("/refresh", operation_id="refreshTokens", openapi_extra=limited_as(RateClass.AUTH))
async def refresh_tokens(logins: Logins, body: RefreshRequest) -> TokenPair:
    """Exchange a refresh token for a new pair.

    Each refresh token can be used once; using one twice ends the login.
    """
    return await logins.refresh(body.refresh_token)


@router.post("/logout", operation_id="logOut", status_code=204, response_class=Response)
async def log_out(request: Request, logins: Logins, caller: PersonalCaller) -> None:
    """End the login that the token or the session is of."""
    await logins.log_out(caller)
    clear_session_cookie(request)


@router.get("/me", operation_id="getCurrentUser")
async def get_current_user(caller: CurrentCaller, session: AuthReads) -> CurrentUser:
    """Tell who the caller is, and their role at each site."""
    return await describe_caller(session, caller)


@router.get("/sites", operation_id="listMySites")
async def list_my_sites(session: AuthReads) -> SiteMemberships:
    """List the caller's sites, and their role at each."""
    return SiteMemberships(sites=await list_memberships(session))
