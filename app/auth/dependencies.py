"""Who calls, as dependencies of a route."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncEngine

from app.auth.authentication import Authentication, Credential
from app.auth.authenticator import Authenticator
from app.auth.caller import Caller
from app.auth.csrf import SAFE_METHODS, CsrfProtection
from app.auth.passwords import PasswordHasher
from app.auth.session_cookie import SessionCookie
from app.core.config import Settings
from app.core.errors import Forbidden, Unauthorized
from app.core.http.answer_headers import add_answer_header
from app.core.http.rate_limits import count_call
from app.core.http.routing import rate_class_of
from app.core.log_context import add_logged_fields


async def get_engine(request: Request) -> AsyncEngine:
    """The engine of this process."""
    engine: AsyncEngine = request.app.state.engine
    return engine


async def get_authentication(request: Request) -> Authentication:
    """Verify the request's credentials, once per request."""
    state = request.app.state
    authenticator: Authenticator = state.authenticator
    cookie: SessionCookie = state.session_cookie
    authentication = await authenticator.authenticate(
        request.headers.getlist("authorization"), request.cookies.get(cookie.name)
    )
    request.state.user_id = authentication.caller.user_id
    add_logged_fields(user_id=authentication.caller.user_id, api_key_id=authentication.api_key_id)
    if authentication.new_session_secret is not None:
        header = cookie.setting(authentication.new_session_secret)
        add_answer_header(request.scope, "Set-Cookie", header)
    await count_call(request.scope, rate_class_of(request.scope), _identity(authentication))
    if authentication.credential is Credential.SESSION and request.method not in SAFE_METHODS:
        _refuse_forged(request, authentication)
    return authentication


def _identity(authentication: Authentication) -> str:
    """Whose calls are counted together: a key's apart from its owner's."""
    if authentication.api_key_id is not None:
        return f"key:{authentication.api_key_id}"
    return f"user:{authentication.caller.user_id}"


def _refuse_forged(request: Request, authentication: Authentication) -> None:
    """Refuse a change that a page of somebody else has its visitor's browser send."""
    csrf: CsrfProtection = request.app.state.csrf
    csrf.require_own_page(
        fetch_site=request.headers.get("sec-fetch-site"),
        origin=request.headers.get("origin"),
        own=own_origin(request),
    )
    login_id = authentication.caller.login_id
    assert login_id is not None  # noqa: S101 - a session has one
    csrf.require_token(login_id, request.headers.get("x-csrf-token"))


def own_origin(request: Request) -> str:
    """The origin of our own pages: as the settings say, else where the request was sent."""
    settings: Settings = request.app.state.settings
    return settings.public_url or str(request.base_url).rstrip("/")


CurrentAuthentication = Annotated[Authentication, Depends(get_authentication)]


async def get_caller(authentication: CurrentAuthentication) -> Caller:
    """The user who calls."""
    return authentication.caller


CurrentCaller = Annotated[Caller, Depends(get_caller)]


async def get_personal_caller(authentication: CurrentAuthentication) -> Caller:
    """The user who calls, who has to call in person: keys are not for managing access.

    Raises:
        Forbidden: A key was shown.
    """
    if authentication.credential is Credential.API_KEY:
        raise Forbidden("An API key may not do this")
    return authentication.caller


async def get_session_caller(authentication: CurrentAuthentication) -> Caller:
    """The user of the browser session that calls.

    Raises:
        Unauthorized: Something else than a session cookie was shown.
    """
    if authentication.credential is not Credential.SESSION:
        raise Unauthorized("There is no session")
    return authentication.caller


async def get_system_admin(authentication: CurrentAuthentication) -> Caller:
    """The user who calls, who has to be a system administrator.

    Raises:
        Forbidden: They are none, or the token is for some of their sites only.
    """
    if not authentication.caller.is_system_admin:
        raise Forbidden("Only a system administrator may do this")
    if authentication.site_ids is not None:
        raise Forbidden("This token or key is for some sites only")
    return authentication.caller


async def get_passwords(request: Request) -> PasswordHasher:
    """What hashes passwords in this process."""
    passwords: PasswordHasher = request.app.state.passwords
    return passwords


async def read_callers_anew(request: Request) -> AsyncIterator[None]:
    """Have this process read every caller again, once what the request changes is committed."""
    yield
    authenticator: Authenticator = request.app.state.authenticator
    authenticator.callers.forget_all()


CHANGES_SCOPES = [Depends(read_callers_anew, scope="function")]
"""For `dependencies=` of a route that changes sites, roles or users.

What a route depends on in this way is entered first and left last, after the session's commit.
"""

Engine = Annotated[AsyncEngine, Depends(get_engine)]
Passwords = Annotated[PasswordHasher, Depends(get_passwords)]
PersonalCaller = Annotated[Caller, Depends(get_personal_caller)]
SessionCaller = Annotated[Caller, Depends(get_session_caller)]
SystemAdmin = Annotated[Caller, Depends(get_system_admin)]
