"""The service believes what it has signed itself, for that purpose, with a key it still has."""

from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from app.core.config import Settings
from app.core.secret_keys import SecretKeys, load_secret_keys

OLD, NEW = "old " * 8, "new " * 8


def test_a_signature_is_believed_for_its_message_and_purpose_alone() -> None:
    keys = SecretKeys([NEW])
    signature = keys.sign("csrf", b"message")

    assert len(signature) == 32
    assert keys.verify("csrf", b"message", signature)
    for purpose, message in (("csrf", b"messag"), ("cursor", b"message"), ("cs", b"rfmessage")):
        assert not keys.verify(purpose, message, signature)
    for wrong in (b"", signature[:-1], signature + b"\0", bytes(32)):
        assert not keys.verify("csrf", b"message", wrong)


def test_the_newest_key_signs_and_older_ones_are_still_believed() -> None:
    before, after = SecretKeys([OLD]), SecretKeys([NEW, OLD])
    signature = before.sign("csrf", b"message")

    assert after.verify("csrf", b"message", signature)
    assert after.sign("csrf", b"message") != signature
    assert after.signatures("csrf", b"message") == [after.sign("csrf", b"message"), signature]
    assert not SecretKeys([NEW]).verify("csrf", b"message", signature)


def test_the_settings_name_the_keys(tmp_path: Path) -> None:
    settings = Settings(
        _env_file=None, ims_state_dir=tmp_path, secret_keys=(SecretStr(NEW), SecretStr(OLD))
    )
    assert load_secret_keys(settings).sign("p", b"m") == SecretKeys([NEW]).sign("p", b"m")
    assert list(tmp_path.iterdir()) == []


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValidationError, match="at least 32"):
        Settings(_env_file=None, secret_keys=(SecretStr("x" * 31),))


def test_in_development_a_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, ims_state_dir=tmp_path)
    signature = load_secret_keys(settings).sign("p", b"m")

    assert load_secret_keys(settings).verify("p", b"m", signature)
    (path,) = tmp_path.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
