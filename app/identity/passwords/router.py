"""`/auth/password`: changing one's password, and setting one with a link by e-mail."""

from typing import Annotated

from fastapi import Depends, Request, Response

from app.auth.dependencies import PersonalCaller
from app.core.http.routing import Router
from app.core.rate_limit.classes import RateClass, limited_as
from app.identity.logins.device import CurrentDevice
from app.identity.passwords.schemas import (
    PasswordChange,
    PasswordResetConfirmation,
    PasswordResetRequest,
    PasswordResetRequested,
)
from app.identity.passwords.setting import PasswordSetting

router = Router(prefix="/auth/password", tags=["auth"])


async def get_password_setting(request: Request) -> PasswordSetting:
    """What setting a password needs of this process."""
    setting: PasswordSetting = request.app.state.password_setting
    return setting


Setting = Annotated[PasswordSetting, Depends(get_password_setting)]


@router.post("/change", operation_id="changePassword", status_code=204, response_class=Response)
async def change_password(
    setting: Setting, device: CurrentDevice, caller: PersonalCaller, body: PasswordChange
) -> None:
    """Change the caller's password; all of their other sessions end.

    A wrong current password counts like a failed login. Length counts, not the kinds of
    characters: a password of 12 or more that is easily guessed is refused.
    """
    current, new = body.current_password, body.new_password
    await setting.change(caller, current.get_secret_value(), new.get_secret_value(), device=device)


@router.post(
    "/reset",
    operation_id="requestPasswordReset",
    status_code=202,
    openapi_extra=limited_as(RateClass.AUTH),
)
async def request_password_reset(
    setting: Setting, body: PasswordResetRequest
) -> PasswordResetRequested:
    """Have a link sent by e-mail with which a password can be set within 30 minutes.

    The answer is the same whether or not there is an account with the address.
    """
    await setting.request_link(body.email)
    return PasswordResetRequested()


@router.post(
    "/reset/confirm",
    operation_id="confirmPasswordReset",
    status_code=204,
    response_class=Response,
    openapi_extra=limited_as(RateClass.AUTH),
)
async def confirm_password_reset(setting: Setting, body: PasswordResetConfirmation) -> None:
    """Set a password with the token of a link; all sessions of the account end.

    A token can be used once. A second factor stays.
    """
    await setting.use_link(body.token, body.new_password.get_secret_value())
