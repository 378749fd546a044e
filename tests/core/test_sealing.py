"""Sealed texts open with their key, in their context, as they were; else not at all."""

import base64
import os
from pathlib import Path

import pytest
from pydantic import SecretStr

from app.core.config import Settings, StartRefusedError
from app.core.sealing import KEY_BYTES, KeyRing, SealBrokenError, load_key_ring

OLD, NEW = os.urandom(KEY_BYTES), os.urandom(KEY_BYTES)
TEXT = "Zwischen uns \U0001f92b"


@pytest.fixture
def ring() -> KeyRing:
    return KeyRing([NEW, OLD])


@pytest.mark.parametrize("text", ["", "a", TEXT, "x" * 20_000])
def test_what_was_sealed_is_opened(ring: KeyRing, text: str) -> None:
    assert ring.open(ring.seal(text, context="notes:1"), context="notes:1") == text


def test_nothing_of_the_text_is_in_what_is_sealed_and_no_two_are_alike(ring: KeyRing) -> None:
    sealed = {ring.seal(TEXT, context="notes:1") for _ in range(100)}
    assert len(sealed) == 100
    assert not any(TEXT.encode()[:8] in one for one in sealed)


@pytest.mark.parametrize("context", ["notes:2", "notes:11", "", "notes:1 "])
def test_in_another_context_it_does_not_open(ring: KeyRing, context: str) -> None:
    with pytest.raises(SealBrokenError):
        ring.open(ring.seal(TEXT, context="notes:1"), context=context)


def test_with_any_one_bit_changed_it_does_not_open(ring: KeyRing) -> None:
    sealed = ring.seal("short", context="notes:1")
    for place in range(len(sealed) * 8):
        changed = bytearray(sealed)
        changed[place // 8] ^= 1 << place % 8
        with pytest.raises(SealBrokenError):
            ring.open(bytes(changed), context="notes:1")


def test_cut_short_or_longer_it_does_not_open(ring: KeyRing) -> None:
    sealed = ring.seal("short", context="notes:1")
    for wrong in (*(sealed[:length] for length in range(len(sealed))), sealed + b"\0"):
        with pytest.raises(SealBrokenError):
            ring.open(wrong, context="notes:1")


def test_the_first_key_seals_and_all_open() -> None:
    before = KeyRing([OLD]).seal(TEXT, context="c")
    during = KeyRing([NEW, OLD])
    after = during.seal(TEXT, context="c")

    assert (during.is_current(before), during.is_current(after)) == (False, True)
    assert during.open(before, context="c") == during.open(after, context="c") == TEXT
    assert KeyRing([NEW]).open(after, context="c") == TEXT
    with pytest.raises(SealBrokenError, match="ENCRYPTION_KEYS"):
        KeyRing([NEW]).open(before, context="c")


def settings_of(tmp_path: Path, *keys: str) -> Settings:
    return Settings(
        _env_file=None,
        ims_state_dir=tmp_path,
        encryption_keys=tuple(SecretStr(key) for key in keys),
    )


def test_keys_come_in_either_alphabet_of_base64(tmp_path: Path) -> None:
    key = b"\xfb\xff" * 16
    texts = base64.b64encode(key).decode(), base64.urlsafe_b64encode(key).decode()
    assert texts[0] != texts[1]
    sealed = [load_key_ring(settings_of(tmp_path, text)).seal("x", context="c") for text in texts]
    assert [KeyRing([key]).open(one, context="c") for one in sealed] == ["x", "x"]


@pytest.mark.parametrize(
    "wrong",
    [
        base64.b64encode(b"k" * 31).decode(),
        base64.b64encode(b"k" * 33).decode(),
        base64.b64encode(b"k" * 32).decode().rstrip("="),
        "not base64 at all!",
        "\xe4" * 44,
        "x",
    ],
)
def test_a_key_that_is_none_is_refused_and_not_quoted(tmp_path: Path, wrong: str) -> None:
    good = base64.b64encode(NEW).decode()
    with pytest.raises(StartRefusedError, match="32 bytes in base64") as refusal:
        load_key_ring(settings_of(tmp_path, good, wrong))
    assert f" {wrong}" not in str(refusal.value)


def test_in_development_a_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    sealed = load_key_ring(settings_of(tmp_path)).seal(TEXT, context="c")

    assert load_key_ring(settings_of(tmp_path)).open(sealed, context="c") == TEXT
    (path,) = tmp_path.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
