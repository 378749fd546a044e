"""Five failed logins lock an account for the address that they came from, and no other."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.config import Settings
from app.core.errors import InvalidCredentials, Locked, Unavailable
from app.identity.logins.attempts import MAX_FAILURES, Attempts
from app.models import User
from tests.conftest import MakeMigrated
from tests.desk import error_of
from tests.factories import PASSWORD, Client, Make, unique
from tests.own_app import own_app

GUESS = "a guess"

From = Callable[[str], Client]
Later = Callable[[int], Awaitable[None]]


@pytest.fixture
async def client_from(api: FastAPI) -> AsyncIterator[From]:
    """A client at an address."""
    clients: list[Client] = []

    def client(address: str) -> Client:
        transport = httpx.ASGITransport(api, client=(address, 1024))
        clients.append(Client(transport=transport, base_url="http://test/api/v1"))
        return clients[-1]

    yield client
    for one in clients:
        await one.aclose()


@pytest.fixture
def here(client_from: From) -> Client:
    return client_from("198.51.100.7")


@pytest.fixture
async def user(make: Make) -> User:
    return await make.user()


@pytest.fixture
def later(api: FastAPI, admin_engine: AsyncEngine, user: User) -> Later:
    """Let seconds pass for the user's attempts from here."""
    pair = api.state.secret_keys.sign("login-attempts", f"user:{user.id}\n198.51.100.7/32".encode())

    async def pass_time(seconds: int) -> None:
        async with admin_engine.begin() as connection:
            statement = text(
                "UPDATE app.login_attempts SET last_at = last_at - make_interval(secs => :seconds)"
                " WHERE pair = :pair"
            )
            done = await connection.execute(statement, {"seconds": seconds, "pair": pair})
            assert done.rowcount == 1

    return pass_time


async def guess(client: Client, name: str, password: str = GUESS) -> httpx.Response:
    return await client.post("/auth/login", json={"username": name, "password": password})


async def guesses(client: Client, name: str, count: int) -> list[int]:
    return [(await guess(client, name)).status_code for _ in range(count)]


async def test_five_failures_lock_and_the_answer_says_for_how_long(
    here: Client, user: User
) -> None:
    assert await guesses(here, user.username, 5) == [401] * 5

    refused = await guess(here, user.username)

    assert error_of(refused, 423)["code"] == "locked"
    assert 890 <= int(refused.headers["Retry-After"]) <= 900


@pytest.mark.parametrize("path", ["/auth/login", "/auth/session"])
async def test_the_right_password_is_refused_too_while_it_lasts(
    path: str, here: Client, user: User
) -> None:
    await guesses(here, user.username, 5)

    refused = await here.post(path, json={"username": user.username, "password": PASSWORD})

    error_of(refused, 423)


async def test_an_unknown_user_is_locked_like_a_known_one(here: Client, user: User) -> None:
    told = {}
    for name in (user.username, unique("nobody")):
        answers = [await guess(here, name) for _ in range(7)]
        told[name] = [
            (answer.status_code, answer.json()["error"] | {"request_id": ""}, answer.headers.keys())
            for answer in answers
        ]

    known, unknown = told.values()
    assert known == unknown
    assert [status for status, _, _ in unknown] == [401] * 5 + [423] * 2


async def test_all_ways_to_name_an_account_are_one_counter(here: Client, user: User) -> None:
    names = [user.username, user.email, user.username.upper(), user.email.upper(), user.username]

    statuses = [(await guess(here, name)).status_code for name in names]

    assert statuses == [401] * 5
    for name in names:
        assert (await guess(here, name, PASSWORD)).status_code == 423


async def test_all_ways_to_write_an_unknown_name_are_one_counter(here: Client) -> None:
    name = unique("nobody")

    statuses = [(await guess(here, written)).status_code for written in [name, name.upper()] * 3]

    assert statuses == [401] * 5 + [423]


async def test_the_owner_elsewhere_still_gets_in(
    here: Client, client_from: From, user: User
) -> None:
    await guesses(here, user.username, 6)

    assert (await guess(client_from("198.51.100.8"), user.username, PASSWORD)).status_code == 200
    assert (await guess(here, user.username, PASSWORD)).status_code == 423


async def test_another_account_is_not_locked_with_it(here: Client, user: User, make: Make) -> None:
    other = await make.user()
    await guesses(here, user.username, 6)

    assert (await guess(here, other.username, PASSWORD)).status_code == 200


async def test_one_network_of_ipv6_is_one_address(client_from: From, user: User) -> None:
    statuses = [
        (await guess(client_from(f"2001:db8:0:1::{host:x}"), user.username)).status_code
        for host in range(6)
    ]

    assert statuses == [401] * 5 + [423]
    next_door = client_from("2001:db8:0:2::1")
    assert (await guess(next_door, user.username, PASSWORD)).status_code == 200


async def test_an_ipv4_address_is_the_same_in_the_notation_of_ipv6(
    here: Client, client_from: From, user: User
) -> None:
    await guesses(client_from("::ffff:198.51.100.7"), user.username, 5)

    assert (await guess(here, user.username, PASSWORD)).status_code == 423


async def test_of_fifty_guesses_at_once_five_are_looked_at(
    here: Client, user: User, admin_engine: AsyncEngine
) -> None:
    answers = await asyncio.gather(*(guess(here, user.username) for _ in range(50)))

    assert Counter(answer.status_code for answer in answers) == {401: 5, 423: 45}
    assert await events_of(admin_engine, user) == {"login.failed": 5, "login.locked": 1}


async def test_logins_at_once_with_the_right_password_all_get_in(here: Client, user: User) -> None:
    answers = await asyncio.gather(*(guess(here, user.username, PASSWORD) for _ in range(12)))

    assert Counter(answer.status_code for answer in answers) == {200: 12}


async def test_a_success_forgets_the_failures(here: Client, user: User) -> None:
    for _ in range(3):
        assert await guesses(here, user.username, 4) == [401] * 4
        assert (await guess(here, user.username, PASSWORD)).status_code == 200


async def test_the_lock_ends_by_itself(here: Client, user: User, later: Later) -> None:
    await guesses(here, user.username, 5)

    await later(14 * 60 + 30)
    still = await guess(here, user.username, PASSWORD)
    await later(31)
    over = await guess(here, user.username, PASSWORD)

    assert still.status_code == 423
    assert 1 <= int(still.headers["Retry-After"]) <= 30
    assert over.status_code == 200


async def test_after_the_lock_there_are_five_guesses_again(
    here: Client, user: User, later: Later
) -> None:
    await guesses(here, user.username, 5)
    await later(15 * 60 + 1)

    assert await guesses(here, user.username, 6) == [401] * 5 + [423]


async def test_guesses_during_the_lock_do_not_prolong_it(
    here: Client, user: User, later: Later
) -> None:
    await guesses(here, user.username, 5)
    for _ in range(3):
        await later(5 * 60 - 10)
        assert await guesses(here, user.username, 3) == [423] * 3
    await later(31)

    assert (await guess(here, user.username, PASSWORD)).status_code == 200


async def test_failures_of_a_quarter_of_an_hour_ago_do_not_count(
    here: Client, user: User, later: Later
) -> None:
    await guesses(here, user.username, 4)
    await later(15 * 60 + 1)

    assert await guesses(here, user.username, 4) == [401] * 4
    assert (await guess(here, user.username, PASSWORD)).status_code == 200


async def test_a_lock_is_one_event_however_often_it_is_met(
    here: Client, user: User, admin_engine: AsyncEngine
) -> None:
    await guesses(here, user.username, 9)

    assert await events_of(admin_engine, user) == {"login.failed": 5, "login.locked": 1}


async def events_of(engine: AsyncEngine, user: User) -> Counter[str]:
    statement = text("SELECT action FROM app.system_events WHERE actor_id = :id")
    async with engine.connect() as connection:
        return Counter(await connection.scalars(statement, {"id": user.id}))


async def test_it_works_without_redis(make_migrated: MakeMigrated, settings: Settings) -> None:
    nowhere = settings.model_copy(update={"redis_url": "redis://127.0.0.1:1"})
    async with own_app(make_migrated, nowhere) as own:
        user = await own.make.user()
        async with own.client() as client:
            assert await guesses(client, user.username, 6) == [401] * 5 + [423]


@pytest.fixture
def attempts(api: FastAPI) -> Attempts:
    return Attempts(api.state.engine, api.state.secret_keys)


async def test_an_attempt_that_is_cut_off_counts(attempts: Attempts) -> None:
    account = unique("account")
    for _ in range(5):
        with suppress(asyncio.CancelledError):
            async with attempts.counted(account, "-", user_id=None):
                raise asyncio.CancelledError  # what a client that leaves makes of its request

    with pytest.raises(Locked):
        async with attempts.counted(account, "-", user_id=None):
            pytest.fail("a sixth password is looked at")


async def test_a_password_that_nobody_could_look_at_does_not_count(attempts: Attempts) -> None:
    account = unique("account")
    for _ in range(9):
        with suppress(Unavailable):
            async with attempts.counted(account, "-", user_id=None):
                raise Unavailable

    async with attempts.counted(account, "-", user_id=None):
        pass


async def test_a_success_that_forgives_nothing_leaves_the_failures(attempts: Attempts) -> None:
    account = unique("account")
    for _ in range(4):
        with suppress(InvalidCredentials):
            async with attempts.counted(account, "-", user_id=None):
                raise InvalidCredentials
        async with attempts.counted(account, "-", user_id=None, forgives=False):
            pass

    with pytest.raises(InvalidCredentials):
        async with attempts.counted(account, "-", user_id=None):
            raise InvalidCredentials
    with pytest.raises(Locked):
        async with attempts.counted(account, "-", user_id=None):
            pass


async def test_the_table_tells_nothing_of_who_tried(
    here: Client, user: User, admin_engine: AsyncEngine
) -> None:
    await guesses(here, user.username, 1)

    async with admin_engine.connect() as connection:
        rows = str((await connection.execute(text("SELECT * FROM app.login_attempts"))).all())
    for told in (user.username, user.email, f"user:{user.id}", "198.51.100.7"):
        assert told not in rows


async def test_a_success_frees_the_places_of_attempts_that_were_cut_off(api: FastAPI) -> None:
    attempts: Attempts = api.state.login_service.check.attempts
    account = unique("account")
    for _ in range(3):
        for _ in range(MAX_FAILURES - 1):
            with pytest.raises(asyncio.CancelledError):
                async with attempts.counted(account, "here", user_id=None):
                    raise asyncio.CancelledError

        async with attempts.counted(account, "here", user_id=None):
            pass
