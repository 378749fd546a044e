"""`/auth/totp`: the caller's second factor."""

from fastapi import Response

from app.auth.dependencies import CHANGES_SCOPES, PersonalCaller
from app.core.http.routing import Router
from app.identity.logins.dependencies import Logins
from app.identity.logins.device import CurrentDevice
from app.identity.totp.schemas import NewSecondFactor, OwnCode, OwnPassword, OwnPasswordAndCode

router = Router(prefix="/auth/totp", tags=["auth"])


@router.post("", operation_id="addSecondFactor")
async def add_second_factor(
    logins: Logins, device: CurrentDevice, caller: PersonalCaller, body: OwnPassword
) -> NewSecondFactor:
    """Begin to set up a second factor: put the secret into an authenticator app.

    It counts once `POST /api/v1/auth/totp/confirm` has had a code of it.
    """
    async with logins.check.own_guess(caller, device):
        await logins.check.require_own_password(caller, body.password)
    return await logins.check.second_factors.offer(caller)


@router.post(
    "/confirm",
    operation_id="confirmSecondFactor",
    status_code=204,
    response_class=Response,
    dependencies=CHANGES_SCOPES,
)
async def confirm_second_factor(
    logins: Logins, device: CurrentDevice, caller: PersonalCaller, body: OwnCode
) -> None:
    """Show that the app has the secret; every login with the password asks for a code then."""
    async with logins.check.own_guess(caller, device):
        await logins.check.second_factors.confirm(caller.user_id, body.totp)


@router.delete(
    "",
    operation_id="removeSecondFactor",
    status_code=204,
    response_class=Response,
    dependencies=CHANGES_SCOPES,
)
async def remove_second_factor(
    logins: Logins, device: CurrentDevice, caller: PersonalCaller, body: OwnPasswordAndCode
) -> None:
    """Remove the second factor: with the password and a code, which a stolen session has not."""
    async with logins.check.own_guess(caller, device):
        await logins.check.require_own_password(caller, body.password)
        await logins.check.second_factors.require(caller.user_id, body.totp)
    await logins.check.second_factors.remove(caller.user_id)
