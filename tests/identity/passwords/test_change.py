"""Changing one's password: with the one before, and to the end of all other logins."""

from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.desk import ClientFor, error_of, refused_fields
from tests.factories import PASSWORD, Make, session_headers
from tests.identity.passwords.conftest import NEW, EventsOf, Person


async def test_the_new_password_is_good_and_the_old_one_is_not(person: Person) -> None:
    assert (await person.change(PASSWORD)).status_code == 204

    assert (await person.log_in(NEW)).status_code == 200
    error_of(await person.log_in(PASSWORD), 401)


async def test_all_logins_end_but_the_one_that_calls(person: Person) -> None:
    other = (await person.log_in(PASSWORD)).json()
    bearer = {"Authorization": f"Bearer {other['access_token']}"}
    assert (await person.nobody.get("/auth/me", headers=bearer)).status_code == 200

    await person.change(PASSWORD)

    error_of(await person.nobody.get("/auth/me", headers=bearer), 401)
    sent = {"refresh_token": other["refresh_token"]}
    error_of(await person.nobody.post("/auth/refresh", json=sent), 401)
    assert (await person.client.get("/auth/me")).status_code == 200


async def test_it_works_from_a_browser_session(
    person: Person, api: FastAPI, client_for: ClientFor
) -> None:
    browser = client_for(**await session_headers(api, person.user))
    sent = {"current_password": PASSWORD, "new_password": NEW}

    assert (await browser.post("/auth/password/change", json=sent)).status_code == 204

    assert (await browser.get("/auth/session")).status_code == 200
    error_of(await person.client.get("/auth/me"), 401)


async def test_a_wrong_one_is_refused_by_its_field_and_counts_like_a_failed_login(
    person: Person,
) -> None:
    wrong = [await person.change("not this one") for _ in range(5)]

    assert all(refused_fields(answer).keys() == {"current_password"} for answer in wrong)
    locked = await person.change(PASSWORD)
    error_of(locked, 423)
    assert int(locked.headers["Retry-After"]) > 800
    error_of(await person.log_in(PASSWORD), 423)


async def test_a_link_that_was_sent_before_is_useless_after(person: Person) -> None:
    token = await person.link()

    await person.change(PASSWORD)

    assert refused_fields(await person.confirm(token, "yet another, longer one")).keys() == {
        "token"
    }
    assert (await person.log_in(NEW)).status_code == 200


async def test_a_key_may_not_change_it(
    person: Person, make: Make, api: FastAPI, client_for: ClientFor
) -> None:
    site = await make.site()
    owner = await make.member(site)
    _, key = await make.api_key(api, owner, site)
    machine = client_for(Authorization=f"Bearer {key}")
    sent = {"current_password": PASSWORD, "new_password": NEW}

    error_of(await machine.post("/auth/password/change", json=sent), 403)


async def test_who_has_none_is_told_to_have_a_link_sent(
    person: Person, admin_engine: AsyncEngine
) -> None:
    async with admin_engine.begin() as connection:
        await connection.execute(
            text("DELETE FROM app.password_credentials WHERE user_id = :id"),
            {"id": person.user.id},
        )

    assert "link" in error_of(await person.change(PASSWORD), 409)["message"]
    assert (await person.confirm(await person.link())).status_code == 204
    assert (await person.log_in(NEW)).status_code == 200


async def test_it_is_an_event_that_tells_no_password(person: Person, events_of: EventsOf) -> None:
    await person.log_in(PASSWORD)

    await person.change(PASSWORD)

    (event,) = await events_of(person.user)
    assert (event["action"], event["actor_id"]) == ("password.changed", person.user.id)
    assert event["details"] == {"ended_logins": 1}
    assert PASSWORD not in str(event)
    assert NEW not in str(event)
