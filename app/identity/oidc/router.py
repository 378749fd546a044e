"""`/auth/oidc`: logging in with Auth0 or another OpenID Connect provider."""

from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import RedirectResponse

from app.core.http.routing import Router
from app.core.rate_limit.classes import RateClass, limited_as
from app.core.vocabulary import LoginMethod
from app.identity.logins.dependencies import Browsers, set_session_cookie
from app.identity.logins.device import CurrentDevice
from app.identity.oidc.callback_route import CallbackRoute
from app.identity.oidc.dependencies import ProviderLogins, RedirectUri, TakenLogin, keep_pending
from app.identity.oidc.pending import PendingLogin
from app.identity.oidc.provider_login import ProviderAnswer

router = Router(prefix="/auth/oidc", tags=["auth"])
callbacks_router = Router(prefix="/auth/oidc", tags=["auth"], route_class=CallbackRoute)

# Visible ASCII in parts that each follow one slash; no backslash and no @, which some browsers
# take for a slash, and for the end of a user name.
ReturnTo = Annotated[
    str,
    Query(
        max_length=500,
        pattern=r"^/([!-.0-?A-\[\]-~]+/?)*$",
        description="The path of this service to go on to.",
    ),
]


@router.get(
    "/login",
    operation_id="beginProviderLogin",
    openapi_extra=limited_as(RateClass.AUTH),
    status_code=302,
    response_class=RedirectResponse,
    response_description="To the provider",
)
async def begin_login(
    request: Request, logins: ProviderLogins, redirect_uri: RedirectUri, return_to: ReturnTo = "/"
) -> RedirectResponse:
    """Send a browser to the provider to log in there."""
    pending = PendingLogin.new(return_to)
    address = await logins.address_for(pending, redirect_uri)
    keep_pending(request, pending)
    return RedirectResponse(address, status_code=302)


@callbacks_router.get(
    "/callback",
    operation_id="finishProviderLogin",
    openapi_extra=limited_as(RateClass.AUTH),
    status_code=303,
    response_class=RedirectResponse,
    response_description="To the path that the login was begun with",
)
async def finish_login(
    request: Request,
    pending: TakenLogin,
    logins: ProviderLogins,
    redirect_uri: RedirectUri,
    browsers: Browsers,
    device: CurrentDevice,
    code: Annotated[str | None, Query(max_length=4096, description="What it stands for.")] = None,
    state: Annotated[str | None, Query(max_length=200, description="As it was sent.")] = None,
    error: Annotated[str | None, Query(max_length=200, description="Why it was not.")] = None,
    iss: Annotated[str | None, Query(max_length=500, description="The provider.")] = None,
) -> RedirectResponse:
    """Take in a browser that the provider sends back, and log it in: sets the session cookie."""
    answer = ProviderAnswer(code=code, state=state, error=error, iss=iss)
    arrival = await logins.receive(answer, pending, redirect_uri)
    secret = await browsers.open(
        arrival.user_id,
        device,
        method=LoginMethod.PROVIDER,
        replaced=request.cookies.get(request.app.state.session_cookie.name),
        provider_session=arrival.provider_session,
    )
    set_session_cookie(request, str(secret))
    return RedirectResponse(arrival.return_to, status_code=303)
