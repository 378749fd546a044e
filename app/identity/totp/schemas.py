"""What the second factor takes and tells."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


def _without_spaces(value: object) -> object:
    """Authenticator apps show a code in two halves, and people type it so."""
    return "".join(value.split()) if isinstance(value, str) else value


TotpCode = Annotated[
    str, Field(title="Code", pattern=r"^[0-9]{6}$"), BeforeValidator(_without_spaces)
]


class OwnPassword(BaseModel):
    """The caller's password, once more."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"password": "correct horse"}}
    )

    password: Annotated[str, Field(min_length=1, max_length=1024, repr=False)]


class OwnCode(BaseModel):
    """The code that the authenticator app shows."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"totp": "123456"}})

    totp: Annotated[TotpCode, Field(repr=False)]


class OwnPasswordAndCode(OwnPassword, OwnCode):
    """Both factors."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"password": "correct horse", "totp": "123456"}},
    )


class NewSecondFactor(BaseModel):
    """A secret for an authenticator app: to be typed in, or shown as a QR code of the URI."""

    secret: Annotated[str, Field(repr=False)]
    otpauth_uri: Annotated[str, Field(repr=False)]
