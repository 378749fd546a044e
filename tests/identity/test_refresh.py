"""Staying logged in, and logging out."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.desk import ClientFor, Json, error_of
from tests.factories import PASSWORD, Client, Make


@pytest.fixture
def nobody(client_for: ClientFor) -> Client:
    return client_for()


@pytest.fixture
async def tokens(make: Make, nobody: Client) -> Json:
    """The tokens of a fresh login."""
    login = {"username": (await make.user()).username, "password": PASSWORD}
    answer: Json = (await nobody.post("/auth/login", json=login)).json()
    return answer


async def refreshed(client: Client, token: str) -> Json:
    response = await client.post("/auth/refresh", json={"refresh_token": token})
    assert response.status_code == 200, response.text
    answer: Json = response.json()
    return answer


async def may_call(client: Client, tokens: Json) -> bool:
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    return (await client.get("/auth/me", headers=headers)).status_code == 200


async def test_a_refresh_token_is_exchanged_for_a_new_pair(nobody: Client, tokens: Json) -> None:
    pair = await refreshed(nobody, tokens["refresh_token"])

    assert pair.keys() == {"access_token", "token_type", "expires_in", "refresh_token"}
    assert pair["refresh_token"] != tokens["refresh_token"]
    assert await may_call(nobody, pair)
    assert await may_call(nobody, await refreshed(nobody, pair["refresh_token"]))


async def test_a_refresh_token_used_twice_ends_the_login(nobody: Client, tokens: Json) -> None:
    pair = await refreshed(nobody, tokens["refresh_token"])

    for token in (tokens["refresh_token"], pair["refresh_token"]):
        error_of(await nobody.post("/auth/refresh", json={"refresh_token": token}), 401)

    assert not await may_call(nobody, pair)
    assert not await may_call(nobody, tokens)


async def test_of_refreshes_at_the_same_time_one_wins_and_the_login_ends(
    nobody: Client, tokens: Json
) -> None:
    sent = {"refresh_token": tokens["refresh_token"]}

    answers = await asyncio.gather(*(nobody.post("/auth/refresh", json=sent) for _ in range(5)))

    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401, 401]
    (winner,) = (answer.json() for answer in answers if answer.status_code == 200)
    error_of(
        await nobody.post("/auth/refresh", json={"refresh_token": winner["refresh_token"]}), 401
    )


async def test_another_login_of_the_same_user_goes_on(make: Make, nobody: Client) -> None:
    login = {"username": (await make.user()).username, "password": PASSWORD}
    first, second = [(await nobody.post("/auth/login", json=login)).json() for _ in range(2)]

    headers = {"Authorization": f"Bearer {first['access_token']}"}
    assert (await nobody.post("/auth/logout", headers=headers)).status_code == 204

    assert not await may_call(nobody, first)
    assert await may_call(nobody, await refreshed(nobody, second["refresh_token"]))


async def test_logging_out_ends_access_and_refresh(nobody: Client, tokens: Json) -> None:
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}

    response = await nobody.post("/auth/logout", headers=headers)

    assert (response.status_code, response.content) == (204, b"")
    assert not await may_call(nobody, tokens)
    sent = {"refresh_token": tokens["refresh_token"]}
    error_of(await nobody.post("/auth/refresh", json=sent), 401)
    error_of(await nobody.post("/auth/logout", headers=headers), 401)


async def test_a_login_that_is_over_by_time_is_over(
    nobody: Client, tokens: Json, admin_engine: AsyncEngine
) -> None:
    async with admin_engine.begin() as connection:
        await connection.execute(
            text("UPDATE app.logins SET expires_at = now() WHERE user_id = :id"),
            {"id": tokens["user"]["id"]},
        )

    sent = {"refresh_token": tokens["refresh_token"]}
    error_of(await nobody.post("/auth/refresh", json=sent), 401)


async def test_a_deactivated_user_cannot_refresh(
    nobody: Client, tokens: Json, admin_engine: AsyncEngine
) -> None:
    async with admin_engine.begin() as connection:
        await connection.execute(
            text("UPDATE app.users SET is_active = false WHERE id = :id"),
            {"id": tokens["user"]["id"]},
        )

    sent = {"refresh_token": tokens["refresh_token"]}
    error_of(await nobody.post("/auth/refresh", json=sent), 401)


@pytest.mark.parametrize(
    "token",
    [
        "x",
        "imsr_",
        f"imsr_{'7' * 32}_{'A' * 43}",
        f"imsr_{'0' * 32}_{'é' * 43}",
        "imsr_\0",
    ],
)
async def test_what_is_no_refresh_token_is_refused(token: str, nobody: Client) -> None:
    response = await nobody.post("/auth/refresh", json={"refresh_token": token})

    assert response.status_code in {401, 422}


async def test_a_wrong_secret_of_a_living_login_ends_it(nobody: Client, tokens: Json) -> None:
    forged = tokens["refresh_token"][:-43] + "A" * 43

    error_of(await nobody.post("/auth/refresh", json={"refresh_token": forged}), 401)

    assert not await may_call(nobody, tokens)
