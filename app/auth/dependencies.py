"""Who calls, as dependencies of a route."""

from collections.abc import AsyncIterator
from typing import Annotated

import structlog
from fastapi import Depends, Request
from fastapi.security import HTTPBearer
from sqlalchemy.ext.asyncio import AsyncEngine

from app.auth.authenticator import Authentication, Authenticator
from app.auth.caller import Caller
from app.auth.passwords import PasswordHasher
from app.core.errors import Forbidden

bearer = HTTPBearer(
    scheme_name="bearer",
    bearerFormat="JWT",
    description="The access token that `POST /api/v1/auth/login` answers with.",
    auto_error=False,
)


async def get_engine(request: Request) -> AsyncEngine:
    """The engine of this process."""
    engine: AsyncEngine = request.app.state.engine
    return engine


async def get_authentication(
    request: Request, _declared: Annotated[object, Depends(bearer)]
) -> Authentication:
    """Verify the request's credentials, once per request."""
    authenticator: Authenticator = request.app.state.authenticator
    authentication = await authenticator.authenticate(request.headers.getlist("authorization"))
    request.state.user_id = authentication.caller.user_id
    structlog.contextvars.bind_contextvars(user_id=authentication.caller.user_id)
    return authentication


CurrentAuthentication = Annotated[Authentication, Depends(get_authentication)]


async def get_caller(authentication: CurrentAuthentication) -> Caller:
    """The user who calls."""
    return authentication.caller


CurrentCaller = Annotated[Caller, Depends(get_caller)]


async def get_system_admin(authentication: CurrentAuthentication) -> Caller:
    """The user who calls, who has to be a system administrator.

    Raises:
        Forbidden: They are none, or the token is for some of their sites only.
    """
    if not authentication.caller.is_system_admin:
        raise Forbidden("Only a system administrator may do this")
    if authentication.token_site_ids is not None:
        raise Forbidden("This token is for some sites only")
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
SystemAdmin = Annotated[Caller, Depends(get_system_admin)]
