"""What setting a password takes and tells."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from app.core.fields import Email, NewPassword

EXAMPLE = "a long enough one"


class PasswordChange(BaseModel):
    """The caller's password, and the one to have from now on."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"current_password": "correct horse", "new_password": EXAMPLE}
        },
    )

    current_password: Annotated[SecretStr, Field(min_length=1, max_length=1024)]
    new_password: NewPassword


class PasswordResetRequest(BaseModel):
    """The address of an account whose password is not known any more."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"email": "emma@example.org"}}
    )

    email: Email


class PasswordResetRequested(BaseModel):
    """What is answered whoever the address is of."""

    message: str = "If there is an account with this address, a link is on its way to it"


class PasswordResetConfirmation(BaseModel):
    """What the link ends with, and the password to have from now on."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"token": "imsp_...", "new_password": EXAMPLE}},
    )

    token: Annotated[str, Field(min_length=1, max_length=200, repr=False)]
    new_password: NewPassword
