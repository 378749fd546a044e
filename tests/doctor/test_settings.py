"""What is said of the settings and the secrets among them."""

import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from app.auth.keys import load_signing_key
from app.core import sealing, secret_keys
from app.doctor.finding import Verdict
from tests.doctor.conftest import Change, found, verdict

PEM = (
    ec.generate_private_key(ec.SECP256R1())
    .private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption_algorithm=NoEncryption())
    .decode()
)
SECRET = "0123456789abcdef0123456789abcdef"
ENCRYPTION_KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
FIT = {
    "environment": "production",
    "token_signing_key": PEM,
    "secret_keys": SECRET,
    "encryption_keys": ENCRYPTION_KEY,
    "public_url": "https://ims.example.org",
}
KEYS = ("signing key", "secret keys", "encryption keys")


async def test_what_is_fit_for_production_is_well(changed: Change) -> None:
    production = changed(**FIT)

    for subject in ("settings", "other origins", *KEYS):
        assert await verdict(production, subject) is Verdict.OK, subject


async def test_development_tells_what_production_would_refuse(changed: Change) -> None:
    finding = await found(changed(debug=True, token_signing_key="change-me"), "settings")

    assert finding.verdict is Verdict.OK
    assert "DEBUG is on" in finding.seen
    assert "TOKEN_SIGNING_KEY still has the value of .env.example" in finding.seen


@pytest.mark.parametrize("reached", [{"public_url": "http://ims.example"}, {"host": "0.0.0.0"}])  # noqa: S104
async def test_development_that_others_reach_is_warned_of(
    changed: Change, reached: dict[str, str]
) -> None:
    assert await verdict(changed(**reached), "settings") is Verdict.WARNING


@pytest.mark.parametrize(
    ("origins", "expected"),
    [
        ("", Verdict.OK),
        ("https://a.example,http://localhost:5173", Verdict.OK),
        ("http://a.example", Verdict.WARNING),
    ],
)
async def test_origins_are_encrypted(changed: Change, origins: str, expected: Verdict) -> None:
    assert await verdict(changed(cors_origins=origins), "other origins") is expected


@pytest.mark.parametrize(
    ("setting", "subject"),
    [("token_signing_key", "signing key"), ("encryption_keys", "encryption keys")],
)
async def test_a_key_of_the_wrong_form_is_told_without_the_key(
    changed: Change, setting: str, subject: str
) -> None:
    finding = await found(changed(**{setting: SECRET}), subject)

    assert finding.verdict is Verdict.WRONG
    assert setting.upper() in finding.seen
    assert SECRET not in finding.seen


async def test_looking_makes_no_keys(changed: Change, tmp_path: Path) -> None:
    development = changed()

    for subject in (*KEYS, "secret files"):
        assert await verdict(development, subject) is Verdict.OK

    assert os.listdir(tmp_path) == []


async def test_generated_keys_that_others_can_read_are_wrong(
    changed: Change, tmp_path: Path
) -> None:
    development = changed()
    load_signing_key(development.settings)
    secret_keys.load_secret_keys(development.settings)
    sealing.load_key_ring(development.settings)
    for subject in (*KEYS, "secret files"):
        assert await verdict(development, subject) is Verdict.OK

    (tmp_path / sealing.FILE).chmod(0o640)

    finding = await found(development, "secret files")
    assert finding.verdict is Verdict.WRONG
    assert finding.advice == f"Run `chmod 600 {tmp_path / sealing.FILE}`"


async def test_a_generated_key_that_was_damaged_is_wrong(changed: Change, tmp_path: Path) -> None:
    (tmp_path / sealing.FILE).write_text("half a k")

    assert await verdict(changed(), "encryption keys") is Verdict.WRONG
