"""`/auth`: logging in, and who the caller is."""

from typing import Annotated

from fastapi import Depends, Request, Response

from app.auth.dependencies import CurrentCaller
from app.core.http.routing import Router
from app.identity.current_user import describe_caller, list_memberships
from app.identity.login import LoginService
from app.identity.schemas import (
    CurrentUser,
    LoggedIn,
    LoginRequest,
    RefreshRequest,
    SiteMemberships,
    TokenPair,
)
from app.tenancy.dependencies import Reads

router = Router(prefix="/auth", tags=["auth"])


async def get_login_service(request: Request) -> LoginService:
    """What logging in needs of this process."""
    service: LoginService = request.app.state.login_service
    return service


Login = Annotated[LoginService, Depends(get_login_service)]


@router.post("/login", operation_id="logIn")
async def log_in(login: Login, body: LoginRequest) -> LoggedIn:
    """Log in with user name or e-mail address and password.

    The access token lasts 30 minutes, the refresh token 7 days.
    """
    return await login.log_in(body.username, body.password)


@router.post("/refresh", operation_id="refreshTokens")
async def refresh_tokens(login: Login, body: RefreshRequest) -> TokenPair:
    """Exchange a refresh token for a new pair.

    Each refresh token can be used once; using one twice ends the login.
    """
    return await login.refresh(body.refresh_token)


@router.post("/logout", operation_id="logOut", status_code=204, response_class=Response)
async def log_out(login: Login, caller: CurrentCaller) -> None:
    """End the login that the token comes from."""
    await login.log_out(caller)


@router.get("/me", operation_id="getCurrentUser")
async def get_current_user(caller: CurrentCaller, session: Reads) -> CurrentUser:
    """Tell who the caller is, and their role at each site."""
    return await describe_caller(session, caller)


@router.get("/sites", operation_id="listMySites")
async def list_my_sites(session: Reads) -> SiteMemberships:
    """List the caller's sites, and their role at each."""
    return SiteMemberships(sites=await list_memberships(session))
