"""Codes by time: RFC 6238 with what every authenticator app does, 6 digits a 30 seconds."""

from datetime import datetime

from pyotp import TOTP, random_base32
from pyotp.exceptions import OTPVerificationError

ISSUER = "Interaction Management"
"""What an authenticator app shows above the code."""

_STEPS_ASIDE = 1
"""How far the clocks may be apart, as RFC 6238 recommends (section 5.2)."""


def new_secret() -> str:
    """A secret of 160 bits (RFC 4226, section 4), as authenticator apps take it."""
    return random_base32()


def otpauth_uri(secret: str, username: str) -> str:
    """What an authenticator app reads from a QR code."""
    return TOTP(secret).provisioning_uri(name=username, issuer_name=ISSUER)


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step that a code is of; None when it is of none around now."""
    try:
        return TOTP(secret).verify_and_get_timecode(code, for_time=now, valid_window=_STEPS_ASIDE)
    except OTPVerificationError:
        return None
