"""What the routes of logging in depend on."""

from typing import Annotated

from fastapi import Depends, Request

from app.auth.csrf import CsrfProtection
from app.auth.session_cookie import SessionCookie
from app.core.http.answer_headers import add_answer_header
from app.identity.logins.browser import BrowserSessions
from app.identity.logins.login import LoginService


async def get_logins(request: Request) -> LoginService:
    """What logging in needs of this process."""
    service: LoginService = request.app.state.login_service
    return service


async def get_browser_sessions(request: Request) -> BrowserSessions:
    """What opening a session needs of this process."""
    sessions: BrowserSessions = request.app.state.browser_sessions
    return sessions


async def get_csrf(request: Request) -> CsrfProtection:
    """What tells our own pages from others."""
    csrf: CsrfProtection = request.app.state.csrf
    return csrf


def set_session_cookie(request: Request, value: str) -> None:
    """Have the answer set the session cookie."""
    cookie: SessionCookie = request.app.state.session_cookie
    add_answer_header(request.scope, "Set-Cookie", cookie.setting(value))


def clear_session_cookie(request: Request) -> None:
    """Have the answer remove the session cookie, if the request had one."""
    cookie: SessionCookie = request.app.state.session_cookie
    if cookie.name in request.cookies:
        add_answer_header(request.scope, "Set-Cookie", cookie.clearing)


Logins = Annotated[LoginService, Depends(get_logins)]
Browsers = Annotated[BrowserSessions, Depends(get_browser_sessions)]
Csrf = Annotated[CsrfProtection, Depends(get_csrf)]
