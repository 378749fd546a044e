"""Who is counted with whom, and what is refused before what."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx
import pytest
from fastapi import FastAPI

from app.models import User
from tests.factories import PASSWORD, Client, Make, session_headers
from tests.limits.conftest import client_of, new_address

StartApi = Callable[..., Awaitable[FastAPI]]


def statuses(answers: list[httpx.Response]) -> list[int]:
    """The statuses, in order."""
    return [answer.status_code for answer in answers]


async def gets(client: Client, path: str, times: int) -> list[int]:
    """The statuses of calls one after the other."""
    return statuses([await client.get(path) for _ in range(times)])


def as_user(api: FastAPI, make: Make, user: User, address: str | None = None) -> Client:
    """A client with a token of the user."""
    return client_of(api, address, Authorization=f"Bearer {make.token(api, user)}")


async def test_a_burst_of_200_calls_passes_exactly_the_limit(start_api: StartApi) -> None:
    client = client_of(await start_api(auth=20))

    answers = await asyncio.gather(*(client.post("/auth/login", json={}) for _ in range(200)))

    assert sorted(statuses(answers)) == [422] * 20 + [429] * 180


async def test_a_burst_of_one_user_passes_exactly_the_limit(
    start_api: StartApi, make: Make
) -> None:
    api = await start_api(default=20)
    client = as_user(api, make, await make.user())

    answers = await asyncio.gather(*(client.get("/interactions/types") for _ in range(50)))

    assert sorted(statuses(answers)) == [200] * 20 + [429] * 30


async def test_a_user_is_counted_as_one_wherever_they_call_from(
    start_api: StartApi, make: Make
) -> None:
    api, user = await start_api(default=3), await make.user()
    headers = await session_headers(api, user)

    clients = [as_user(api, make, user), as_user(api, make, user), client_of(api, **headers)]
    assert statuses([await client.get("/auth/me") for client in clients]) == [200] * 3
    assert statuses([await client.get("/auth/me") for client in clients]) == [429] * 3
    assert await gets(as_user(api, make, await make.user()), "/auth/me", 1) == [200]


async def test_a_key_is_counted_apart_from_its_owner(start_api: StartApi, make: Make) -> None:
    api, site = await start_api(default=2), await make.site()
    owner = await make.member(site)
    keys = [(await make.api_key(api, owner, site))[1] for _ in range(2)]

    for key in keys:
        client = client_of(api, Authorization=f"Bearer {key}")
        assert await gets(client, "/interactions", 3) == [200, 200, 429]
    assert await gets(as_user(api, make, owner), "/interactions", 3) == [200, 200, 429]


async def test_searches_are_counted_apart_from_other_calls(start_api: StartApi, make: Make) -> None:
    api = await start_api(search=2, default=3)
    client = as_user(api, make, await make.user())

    assert await gets(client, "/search/interactions", 3) == [200, 200, 429]
    assert await gets(client, "/interactions?q=word", 4) == [200, 200, 200, 429]


async def test_logins_are_counted_together_by_address(start_api: StartApi, make: Make) -> None:
    api, user = await start_api(auth=3), await make.user()
    good = {"username": user.username, "password": PASSWORD}
    first, other = client_of(api), client_of(api)

    answers = [
        await first.post("/auth/login", json=good | {"password": "wrong"}),
        await first.post("/auth/session", json=good),
        await first.post("/auth/refresh", json={"refresh_token": "imsr_none"}),
        await first.post("/auth/login", json=good),
        await first.post("/auth/session", json=good),
        await other.post("/auth/login", json=good),
    ]

    assert statuses(answers) == [401, 200, 401, 429, 429, 200]


@pytest.mark.parametrize(
    ("addresses", "expected"),
    [
        (("2001:db8:1:2::3", "2001:db8:1:2:aaaa::4"), [401, 429]),
        (("2001:db8:1:3::3", "2001:db8:1:4::3"), [401, 401]),
        (("192.0.2.1", "::ffff:192.0.2.1"), [401, 429]),
    ],
)
async def test_an_address_is_one_of_ipv4_or_a_64_of_ipv6(
    start_api: StartApi, addresses: tuple[str, str], expected: list[int]
) -> None:
    api = await start_api(anonymous=1)

    assert [
        (await client_of(api, address).get("/auth/me")).status_code for address in addresses
    ] == expected


async def test_refusals_of_others_never_keep_out_a_valid_caller(
    start_api: StartApi, make: Make
) -> None:
    api, address = await start_api(anonymous=3, default=5), new_address()
    bad = client_of(api, address, Authorization="Bearer nonsense")

    assert await gets(bad, "/auth/me", 5) == [401, 401, 401, 429, 429]
    assert "WWW-Authenticate" not in (await bad.get("/auth/me")).headers

    valid = as_user(api, make, await make.user(), address)
    assert await gets(valid, "/auth/me", 5) == [200] * 5


async def test_valid_calls_use_up_nothing_of_their_address(start_api: StartApi, make: Make) -> None:
    api, address = await start_api(anonymous=1, default=5), new_address()

    assert await gets(as_user(api, make, await make.user(), address), "/auth/me", 3) == [200] * 3
    assert await gets(client_of(api, address), "/auth/me", 2) == [401, 429]


async def test_what_cannot_be_read_becomes_429_as_well(start_api: StartApi) -> None:
    client = client_of(await start_api(anonymous=2))

    sent = [await client.post("/interactions", content=b"x") for _ in range(3)]

    assert statuses(sent) == [415, 415, 429]


async def test_a_preflight_is_not_counted(start_api: StartApi) -> None:
    client = client_of(await start_api(anonymous=1))

    answers = [await client.options("/interactions") for _ in range(3)]

    assert statuses(answers) == [405] * 3


async def test_401_and_parameters_come_before_429_and_429_before_403(
    start_api: StartApi, make: Make
) -> None:
    api, user = await start_api(default=1), await make.user()
    client, nobody = as_user(api, make, user), client_of(api)
    await client.get("/auth/me")

    wrong = "/interactions?page=0"
    assert (await nobody.get(wrong)).status_code == 401
    assert (await client.get(wrong)).status_code == 400
    assert (await client.get("/sites/1/members")).status_code == 429  # else 403
    assert (await client.post("/sites", json={})).status_code == 429  # else 403


async def test_429_comes_before_the_refusal_of_a_forged_request(
    start_api: StartApi, make: Make
) -> None:
    api = await start_api(default=1)
    forged = await session_headers(api, await make.user()) | {"Sec-Fetch-Site": "cross-site"}
    client = client_of(api, **forged)

    sent = [await client.delete("/auth/session") for _ in range(2)]

    assert statuses(sent) == [403, 429]


async def test_at_logins_too_parameters_come_before_429_and_429_before_the_body(
    start_api: StartApi,
) -> None:
    client = client_of(await start_api(auth=1))
    paths = ("/auth/login", "/auth/login", "/auth/login?nope=1")

    assert statuses([await client.post(path, json={}) for path in paths]) == [422, 429, 400]
