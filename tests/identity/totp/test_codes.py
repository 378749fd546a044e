"""Codes by time are those of RFC 6238."""

from base64 import b32encode
from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from app.identity.totp.codes import new_secret, otpauth_uri, step_of

RFC_SECRET = b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("seconds", "code"),
    [  # RFC 6238, appendix B, for SHA-1: the last six digits of each
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_codes_of_the_standard_are_good_at_their_times(seconds: int, code: str) -> None:
    assert step_of(RFC_SECRET, code, datetime.fromtimestamp(seconds, UTC)) == seconds // 30


@pytest.mark.parametrize(("steps", "is_good"), [(-2, 0), (-1, 1), (0, 1), (1, 1), (2, 0)])
def test_a_clock_may_be_one_step_off(steps: int, is_good: bool) -> None:
    now = datetime(2026, 6, 12, 14, 0, 15, tzinfo=UTC)
    there = now + steps * timedelta(seconds=30)

    step = step_of(RFC_SECRET, pyotp.TOTP(RFC_SECRET).at(there), now)

    assert step == (int(there.timestamp()) // 30 if is_good else None)


def test_secrets_have_160_bits_and_are_all_different() -> None:
    secrets = {new_secret() for _ in range(100)}

    assert len(secrets) == 100
    assert {len(pyotp.TOTP(secret).byte_secret()) for secret in secrets} == {20}


def test_the_uri_is_what_an_app_reads() -> None:
    secret = new_secret()

    read = pyotp.parse_uri(otpauth_uri(secret, "emma.editor"))

    assert (read.secret, read.name, read.issuer) == (
        secret,
        "emma.editor",
        "Interaction Management",
    )
