"""Setting a second factor up, and removing it."""

import pyotp
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.sealing import SealBrokenError
from app.models import User
from tests.desk import ClientFor, error_of, refused_fields
from tests.factories import PASSWORD, Make, unique
from tests.identity.totp.authenticator import begin, let_codes_expire, set_up
from tests.identity.totp.conftest import Person


async def test_the_secret_is_told_once_and_stored_sealed(
    make: Make, client_for: ClientFor, api: FastAPI, admin_engine: AsyncEngine
) -> None:
    user = await make.user()

    response = await client_for(user).post("/auth/totp", json={"password": PASSWORD})

    assert response.headers["Cache-Control"] == "no-store"
    told = response.json()
    assert told.keys() == {"secret", "otpauth_uri"}
    uri = pyotp.parse_uri(told["otpauth_uri"])
    assert (uri.secret, uri.name) == (told["secret"], user.username)
    async with admin_engine.connect() as connection:
        statement = text("SELECT secret FROM app.totp_credentials WHERE user_id = :id")
        stored = await connection.scalar(statement, {"id": user.id})
    assert told["secret"].encode() not in stored
    assert api.state.key_ring.open(stored, context=f"totp:{user.id}") == told["secret"]
    with pytest.raises(SealBrokenError):  # moved to another user it is worth nothing
        api.state.key_ring.open(stored, context=f"totp:{user.id + 1}")


async def test_it_takes_the_password(make: Make, client_for: ClientFor) -> None:
    client = client_for(await make.user())

    wrong = await client.post("/auth/totp", json={"password": "a guess"})

    assert refused_fields(wrong) == {"password": "Password is wrong"}
    assert refused_fields(await client.post("/auth/totp", json={})).keys() == {"password"}


async def test_guessing_the_password_here_locks_like_failed_logins(
    make: Make, client_for: ClientFor
) -> None:
    user = await make.user()
    client, sent = client_for(user), {"username": user.username, "password": PASSWORD}

    statuses = [
        (await client.post("/auth/totp", json={"password": "a guess"})).status_code
        for _ in range(6)
    ]

    assert statuses == [422] * 5 + [423]
    assert (await client.post("/auth/totp", json={"password": PASSWORD})).status_code == 423
    assert (await client_for().post("/auth/login", json=sent)).status_code == 423


async def test_it_counts_for_nothing_until_it_is_confirmed(
    make: Make, client_for: ClientFor
) -> None:
    user = await make.user()
    await begin(client_for(user))

    response = await client_for().post(
        "/auth/login", json={"username": user.username, "password": PASSWORD}
    )

    assert response.status_code == 200


async def test_a_wrong_code_confirms_nothing_and_guesses_are_bounded(
    make: Make, client_for: ClientFor
) -> None:
    client = client_for(await make.user())
    phone = await begin(client)
    wrong = {"totp": phone.wrong_code()}

    answers = [await client.post("/auth/totp/confirm", json=wrong) for _ in range(6)]

    assert refused_fields(answers[0]).keys() == {"totp"}
    assert [answer.status_code for answer in answers] == [422] * 5 + [423]
    right = await client.post("/auth/totp/confirm", json={"totp": phone.code()})
    assert right.status_code == 423


@pytest.mark.parametrize(
    "code", ["12345", "1234567", "12345a", "", "\uff11\uff12\uff13\uff14\uff15\uff16", 123456, None]
)
async def test_what_is_no_code_is_told_by_field(
    code: object, make: Make, client_for: ClientFor
) -> None:
    client = client_for(await make.user())

    answers = [await client.post("/auth/totp/confirm", json={"totp": code}) for _ in range(6)]

    assert [refused_fields(answer).keys() for answer in answers] == [{"totp"}] * 6


async def test_a_code_may_be_typed_in_two_halves(make: Make, client_for: ClientFor) -> None:
    client = client_for(await make.user())
    code = (await begin(client)).code()

    response = await client.post("/auth/totp/confirm", json={"totp": f" {code[:3]} {code[3:]} "})

    assert response.status_code == 204


async def test_asking_again_replaces_a_secret_that_was_not_confirmed(
    make: Make, client_for: ClientFor
) -> None:
    client = client_for(await make.user())
    old, new = await begin(client), await begin(client)

    refused = await client.post("/auth/totp/confirm", json={"totp": old.code()})
    taken = await client.post("/auth/totp/confirm", json={"totp": new.code()})

    assert (refused.status_code, taken.status_code) == (422, 204)


async def test_there_is_one_at_a_time(person: Person) -> None:
    again = await person.client.post("/auth/totp", json={"password": PASSWORD})
    confirmed_again = await person.client.post(
        "/auth/totp/confirm", json={"totp": person.phone.code()}
    )

    error_of(again, 409)
    error_of(confirmed_again, 409)
    assert (await person.log_in(totp=person.phone.code())).status_code == 200


async def test_an_account_without_a_password_has_no_use_for_one(
    make: Make, client_for: ClientFor, admin_engine: AsyncEngine
) -> None:
    user = await make.user()
    async with admin_engine.begin() as connection:
        statement = text("DELETE FROM app.password_credentials WHERE user_id = :id")
        await connection.execute(statement, {"id": user.id})

    response = await client_for(user).post("/auth/totp", json={"password": PASSWORD})

    assert error_of(response, 409)["message"].startswith("This account has no password")


async def test_removing_it_takes_both_factors(person: Person) -> None:
    right = {"password": PASSWORD, "totp": person.phone.code()}
    wrong = {"password": "a guess", "totp": person.phone.wrong_code()}

    for name, value in wrong.items():
        refused = await person.client.request("DELETE", "/auth/totp", json=right | {name: value})
        assert refused_fields(refused).keys() == {name}
        left_out = {field: right[field] for field in right if field != name}
        refused = await person.client.request("DELETE", "/auth/totp", json=left_out)
        assert refused_fields(refused).keys() == {name}
    assert (await person.log_in()).status_code == 401
    removed = await person.client.request("DELETE", "/auth/totp", json=right)

    assert removed.status_code == 204
    assert (await person.log_in()).status_code == 200


async def test_there_is_nothing_to_remove_before_it_is_confirmed(
    make: Make, client_for: ClientFor
) -> None:
    client = client_for(await make.user())
    phone = await begin(client)

    response = await client.request(
        "DELETE", "/auth/totp", json={"password": PASSWORD, "totp": phone.code()}
    )

    error_of(response, 409)


async def test_one_that_was_removed_can_be_set_up_anew(
    person: Person, admin_engine: AsyncEngine
) -> None:
    both = {"password": PASSWORD, "totp": person.phone.code()}
    await person.client.request("DELETE", "/auth/totp", json=both)

    phone = await set_up(person.client)
    await let_codes_expire(admin_engine, person.user)

    assert (await person.log_in(totp=person.phone.code())).status_code == 401
    assert (await person.log_in(totp=phone.code())).status_code == 200


async def test_setting_up_and_removing_are_events_of_ids(
    make: Make, client_for: ClientFor, admin_engine: AsyncEngine
) -> None:
    user, request_id = await make.user(), unique("totp")
    client = client_for(user, **{"X-Request-ID": request_id})
    phone = await set_up(client)
    await let_codes_expire(admin_engine, user)
    code = phone.code()
    await client.request("DELETE", "/auth/totp", json={"password": PASSWORD, "totp": code})

    events = await _events_of(admin_engine, user)

    mine = [event for event in events if event["request_id"] == request_id]
    assert [event["action"] for event in mine] == ["second_factor.added", "second_factor.removed"]
    assert phone.secret not in str(events)
    assert user.username not in str(events)


async def _events_of(engine: AsyncEngine, user: User) -> list[dict[str, object]]:
    statement = text("SELECT * FROM app.system_events WHERE actor_id = :id ORDER BY id")
    async with engine.connect() as connection:
        rows = await connection.execute(statement, {"id": user.id})
        return [dict(row) for row in rows.mappings()]
