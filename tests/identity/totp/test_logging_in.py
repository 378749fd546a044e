"""Logging in to an account that has a second factor."""

import asyncio
from collections import Counter

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.desk import error_of
from tests.factories import PASSWORD
from tests.identity.totp.authenticator import let_codes_expire
from tests.identity.totp.conftest import Person

WAYS_IN = pytest.mark.parametrize("path", ["/auth/login", "/auth/session"])


@WAYS_IN
async def test_the_password_alone_asks_for_the_code(path: str, person: Person) -> None:
    response = await person.log_in(path)

    error = error_of(response, 401)
    assert error["code"] == "invalid_credentials"
    assert error["details"] == {"totp": "Code is required"}
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert "Set-Cookie" not in response.headers


@WAYS_IN
async def test_password_and_code_log_in(path: str, person: Person) -> None:
    response = await person.log_in(path, totp=person.phone.code())

    assert response.status_code == 200
    assert response.json()["user"]["id"] == person.user.id


@WAYS_IN
async def test_a_wrong_code_is_refused_like_a_wrong_password(path: str, person: Person) -> None:
    error = error_of(await person.log_in(path, totp=person.phone.wrong_code()), 401)

    assert error["code"] == "invalid_credentials"
    assert error["details"].keys() == {"totp"}


async def test_being_asked_for_the_code_is_no_failure(person: Person) -> None:
    for _ in range(6):
        error_of(await person.log_in(), 401)

    assert (await person.log_in(totp=person.phone.code())).status_code == 200


async def test_wrong_codes_lock_like_wrong_passwords(person: Person) -> None:
    wrong = person.phone.wrong_code()

    statuses = [(await person.log_in(totp=wrong)).status_code for _ in range(6)]

    assert statuses == [401] * 5 + [423]
    assert (await person.log_in(totp=person.phone.code())).status_code == 423


async def test_who_has_only_the_password_cannot_go_on_guessing_codes(person: Person) -> None:
    wrong = person.phone.wrong_code()
    for _ in range(4):
        await person.log_in(totp=wrong)

    await person.log_in()
    await person.client.post("/auth/totp", json={"password": PASSWORD})
    await person.log_in(totp=wrong)

    assert (await person.log_in(totp=person.phone.code())).status_code == 423


async def test_a_wrong_password_tells_nothing_of_the_code(person: Person) -> None:
    for code in (person.phone.code(), person.phone.wrong_code(), None):
        error = error_of(await person.log_in(password="a guess", totp=code), 401)
        assert "details" not in error
    assert (await person.log_in(totp=person.phone.code())).status_code == 200


async def test_a_code_is_good_once(person: Person, admin_engine: AsyncEngine) -> None:
    code = person.phone.code()

    assert (await person.log_in(totp=code)).status_code == 200
    assert (await person.log_in(totp=code)).status_code == 401
    assert (await person.log_in("/auth/session", totp=code)).status_code == 401

    await let_codes_expire(admin_engine, person.user)
    assert (await person.log_in(totp=person.phone.code())).status_code == 200


async def test_of_logins_at_once_with_one_code_one_wins(person: Person) -> None:
    code = person.phone.code()

    answers = await asyncio.gather(*(person.log_in(totp=code) for _ in range(4)))

    assert Counter(answer.status_code for answer in answers) == {200: 1, 401: 3}


async def test_an_older_code_is_not_good_after_a_newer_one(person: Person) -> None:
    newer, older = person.phone.code(ahead=1), person.phone.code()

    assert (await person.log_in(totp=newer)).status_code == 200
    assert (await person.log_in(totp=older)).status_code == 401


async def test_the_code_that_removes_nothing_is_used_up_too(person: Person) -> None:
    code = person.phone.code()
    assert (await person.log_in(totp=code)).status_code == 200

    removed = await person.client.request(
        "DELETE", "/auth/totp", json={"password": PASSWORD, "totp": code}
    )

    assert removed.status_code == 422


async def test_who_has_no_second_factor_may_send_a_code_all_the_same(person: Person) -> None:
    both = {"password": PASSWORD, "totp": person.phone.code()}
    await person.client.request("DELETE", "/auth/totp", json=both)

    assert (await person.log_in(totp="123456")).status_code == 200
