"""Passwords: hashed off the event loop, few at a time, the same work for everybody."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pwdlib.hashers.argon2 import Argon2Hasher

from app.auth.passwords import PasswordHasher
from app.core.errors import Unavailable, ValidationFailed


@pytest.fixture(scope="module")
async def quick() -> AsyncIterator[PasswordHasher]:
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    yield hasher
    hasher.close()


class Gate:
    """Holds argon2 up until it is opened, and counts how many were in it at once."""

    def __init__(self) -> None:
        self.opened = threading.Event()
        self.most = self.inside = 0

    def verify(self, hasher: Argon2Hasher, password: str, password_hash: str) -> bool:
        """Wait for the gate, then do what argon2 does."""
        self.inside += 1
        self.most = max(self.most, self.inside)
        self.opened.wait(timeout=10)
        self.inside -= 1
        return VERIFY(hasher, password, password_hash)


VERIFY = Argon2Hasher.verify


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    gate = Gate()
    monkeypatch.setattr(Argon2Hasher, "verify", lambda *arguments: gate.verify(*arguments))
    yield gate
    gate.opened.set()


@pytest.fixture
async def narrow() -> AsyncIterator[PasswordHasher]:
    """Two at once, and two may wait."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1, max_running=2, max_waiting=2)
    yield hasher
    hasher.close()


async def test_a_password_is_right_only_for_its_own_hash(quick: PasswordHasher) -> None:
    first, second = await quick.hash_password("Tür 7"), await quick.hash_password("Tür 7")

    assert first != second
    assert await quick.verify_password("Tür 7", first)
    assert await quick.verify_password("Tu\u0308r 7", first)
    assert not await quick.verify_password("tür 7", first)
    assert not await quick.verify_password("Tür 7 ", first)


async def test_the_costs_are_those_of_rfc_9106() -> None:
    hasher = PasswordHasher()

    password_hash = await hasher.hash_password("correct horse")
    hasher.close()

    assert password_hash.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


async def test_a_hash_of_other_costs_needs_a_new_one(quick: PasswordHasher) -> None:
    weaker = Argon2Hasher(time_cost=1, memory_cost=16, parallelism=1).hash("correct horse")

    assert quick.needs_rehash(weaker)
    assert not quick.needs_rehash(await quick.hash_password("correct horse"))


async def test_an_unknown_user_costs_the_same_hash(
    quick: PasswordHasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = await quick.hash_password("correct horse")
    verified: list[str] = []

    def watched(hasher: Argon2Hasher, password: str, password_hash: str) -> bool:
        verified.append(password_hash)
        return VERIFY(hasher, password, password_hash)

    monkeypatch.setattr(Argon2Hasher, "verify", watched)
    answers = [await quick.verify_password("wrong", stored) for stored in (known, None)]

    assert answers == [False, False]
    costs = [password_hash.split("$")[1:4] for password_hash in verified]
    assert costs == [["argon2id", "v=19", "m=8,t=1,p=1"]] * 2


UNACCEPTABLE = ["", "x" * 1025, "a\x00b", "\ud800", "ok\udfff"]


@pytest.mark.parametrize("password", UNACCEPTABLE, ids=ascii)
async def test_what_is_no_password_is_never_right(quick: PasswordHasher, password: str) -> None:
    assert not await quick.verify_password(password, await quick.hash_password("correct horse"))
    assert not await quick.verify_password(password, None)
    with pytest.raises(ValidationFailed):
        await quick.hash_password(password)


@pytest.mark.parametrize("password", ["x", " ", "x" * 1024, "\U0001f511" * 1024, "%s\n\\"], ids=len)
async def test_any_other_text_is_a_password(quick: PasswordHasher, password: str) -> None:
    assert await quick.verify_password(password, await quick.hash_password(password))


@settings(max_examples=200, deadline=None)
@given(password=st.text(st.characters(exclude_categories=[])))
async def test_no_text_breaks_the_check(quick: PasswordHasher, password: str) -> None:
    assert await quick.verify_password(password, None) is False


@pytest.mark.parametrize("spoiled", ["", "plain", "$argon2id$v=19$m=8,t=1,p=1$x$x", "$2b$12$abc"])
async def test_a_spoiled_hash_is_matched_by_nothing(quick: PasswordHasher, spoiled: str) -> None:
    assert await quick.verify_password("correct horse", spoiled) is False


async def test_hashing_leaves_the_event_loop_free(narrow: PasswordHasher, gate: Gate) -> None:
    work = asyncio.create_task(narrow.verify_password("x", None))

    await asyncio.sleep(0.01)

    assert not work.done()
    gate.opened.set()
    assert await work is False


async def test_two_are_hashed_at_once_two_wait_and_the_others_are_sent_away(
    narrow: PasswordHasher, gate: Gate
) -> None:
    tasks = [asyncio.create_task(narrow.verify_password("x", None)) for _ in range(7)]
    await asyncio.sleep(0.05)
    gate.opened.set()

    answers = await asyncio.gather(*tasks, return_exceptions=True)

    assert answers[:4] == [False] * 4
    assert [type(answer) for answer in answers[4:]] == [Unavailable] * 3
    assert gate.most == 2
    assert await narrow.verify_password("x", None) is False


async def test_giving_up_frees_the_place_of_who_waits_but_not_of_who_is_hashed(
    narrow: PasswordHasher, gate: Gate
) -> None:
    running = [asyncio.create_task(narrow.verify_password("x", None)) for _ in range(2)]
    await asyncio.sleep(0.05)
    waiting = [asyncio.create_task(narrow.verify_password("x", None)) for _ in range(2)]
    await asyncio.sleep(0)

    running[0].cancel()
    await asyncio.sleep(0)
    with pytest.raises(Unavailable):
        await narrow.verify_password("x", None)
    waiting[0].cancel()
    await asyncio.sleep(0)
    late = asyncio.create_task(narrow.verify_password("x", None))
    await asyncio.sleep(0)
    gate.opened.set()

    assert not any(await asyncio.gather(running[1], waiting[1], late))
    assert gate.most == 2
