"""Setting a password with a link by e-mail."""

import asyncio
import hashlib
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.config import Settings
from app.models import User
from tests.conftest import MakeMigrated
from tests.desk import error_of, refused_fields
from tests.factories import PASSWORD, Client, unique
from tests.identity.passwords.conftest import NEW, EventsOf, Person
from tests.own_app import own_app
from tests.post_office import LINK, token_of

USELESS = {"token": "This link cannot be used any more; ask for another"}


async def sql(engine: AsyncEngine, statement: str, **values: Any) -> list[Any]:
    async with engine.begin() as connection:
        result = await connection.execute(text(statement), values)
        return list(result) if result.returns_rows else []


async def test_the_link_sets_a_password_and_ends_every_login(person: Person) -> None:
    other = (await person.log_in(PASSWORD)).json()
    assert (await person.client.get("/auth/me")).status_code == 200

    assert (await person.confirm(await person.link())).status_code == 204

    assert (await person.log_in(NEW)).status_code == 200
    error_of(await person.log_in(PASSWORD), 401)
    error_of(await person.client.get("/auth/me"), 401)
    sent = {"refresh_token": other["refresh_token"]}
    error_of(await person.nobody.post("/auth/refresh", json=sent), 401)


async def test_the_letter_goes_to_the_account_and_says_what_it_is(person: Person) -> None:
    sent = {"email": f" {person.user.email.upper()} "}
    await person.nobody.post("/auth/password/reset", json=sent)

    (message,) = await person.post.deliver(person.user.email)

    assert message["To"] == person.user.email
    content = message.get_content()
    assert "Interaction Management" in content
    assert "30 minutes" in content
    assert "If it was not you" in content
    assert LINK.search(content)[1] == "http://127.0.0.1:8000/account/password"  # type: ignore[index]
    assert max(map(len, content.splitlines())) < 200


async def test_an_unknown_address_gets_the_same_answer_and_no_letter(
    person: Person, engine: AsyncEngine, admin_engine: AsyncEngine
) -> None:
    stranger = f"{unique('stranger')}@example.org"
    sent = {"email": stranger}

    known, unknown = await person.ask(), await person.nobody.post("/auth/password/reset", json=sent)

    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    assert known.status_code == 202
    assert len(await person.post.waiting(stranger)) == 1
    assert await person.post.deliver(stranger) == []
    assert await person.post.waiting(stranger) == []


@pytest.mark.parametrize(
    "address",
    [
        "ann@example.org\r\nBcc: bob@example.org",
        "ann@example.org\n",
        "ann@example.org, bob@example.org",
        "ann",
        "",
        "@",
        "a\0b@example.org",
        f"{'x' * 250}@example.org",
        ["ann@example.org"],
        None,
    ],
    ids=ascii,
)
async def test_what_is_no_address_is_refused(nobody: Client, address: object) -> None:
    answer = await nobody.post("/auth/password/reset", json={"email": address})

    if address == "ann@example.org\n":  # white space around an address is not part of it
        assert answer.status_code == 202
    else:
        assert refused_fields(answer).keys() == {"email"}


async def test_a_link_works_once(person: Person) -> None:
    token = await person.link()

    assert (await person.confirm(token)).status_code == 204

    assert refused_fields(await person.confirm(token, "yet another, longer one")) == USELESS
    assert (await person.log_in(NEW)).status_code == 200


async def test_of_many_at_once_one_wins(person: Person) -> None:
    token = await person.link()
    passwords = [f"a password that is number {number}" for number in range(8)]

    answers = await asyncio.gather(*(person.confirm(token, one) for one in passwords))

    assert sorted(answer.status_code for answer in answers) == [204] + [422] * 7
    winner = next(i for i, answer in enumerate(answers) if answer.status_code == 204)
    assert (await person.log_in(passwords[winner])).status_code == 200


async def test_a_newer_link_makes_the_older_one_useless(person: Person) -> None:
    older, newer = await person.link(), await person.link()

    assert refused_fields(await person.confirm(older)) == USELESS
    assert (await person.confirm(newer)).status_code == 204


async def test_a_link_is_good_for_half_an_hour(person: Person, admin_engine: AsyncEngine) -> None:
    token = await person.link()
    ((minutes,),) = await sql(
        admin_engine,
        "UPDATE app.password_links SET expires_at = now() WHERE user_id = :id"
        " RETURNING extract(epoch FROM (SELECT l.expires_at - l.created_at"
        " FROM app.password_links l WHERE l.id = password_links.id)) / 60",
        id=person.user.id,
    )

    assert minutes == 30
    assert refused_fields(await person.confirm(token)) == USELESS


async def test_a_password_that_is_refused_does_not_use_the_link_up(person: Person) -> None:
    token = await person.link()

    for weak in ("short", "passwordpassword"):
        assert refused_fields(await person.confirm(token, weak)).keys() == {"new_password"}

    assert (await person.confirm(token)).status_code == 204


async def test_a_link_that_never_was_is_refused_like_one_that_is_over(person: Person) -> None:
    token = await person.link()
    head, secret = token[:38], token[38:]
    other = head + ("A" if secret[0] != "A" else "B") + secret[1:]

    for guess in (other, f"imsp_{'0' * 32}_{'A' * 43}", "imsp_", "x", token.upper(), f"{token}\n"):
        assert refused_fields(await person.confirm(guess)) == USELESS
    for no_token in ("", "x" * 201, "x" * 100_000, None):
        sent = {"token": no_token, "new_password": NEW}
        answer = await person.nobody.post("/auth/password/reset/confirm", json=sent)
        assert refused_fields(answer).keys() == {"token"}

    assert (await person.confirm(token)).status_code == 204


async def test_who_is_not_active_gets_no_link_and_can_use_none(
    person: Person, admin_engine: AsyncEngine
) -> None:
    token = await person.link()
    await sql(
        admin_engine, "UPDATE app.users SET is_active = false WHERE id = :i", i=person.user.id
    )

    assert (await person.ask()).status_code == 202
    assert await person.post.deliver(person.user.email) == []
    assert refused_fields(await person.confirm(token)) == USELESS


async def test_an_account_gets_three_letters_an_hour(
    person: Person, admin_engine: AsyncEngine
) -> None:
    for _ in range(5):
        assert (await person.ask()).status_code == 202

    first_hour = await person.post.deliver(person.user.email)
    assert len(first_hour) == 3
    assert (await person.confirm(token_of(first_hour[-1]))).status_code == 204

    await sql(
        admin_engine,
        "UPDATE app.password_links SET created_at = created_at - interval '61 minutes'"
        " WHERE user_id = :id",
        id=person.user.id,
    )
    assert (await person.confirm(await person.link(), "a later one, and longer")).status_code == 204


async def test_only_a_digest_of_the_link_is_kept(person: Person, admin_engine: AsyncEngine) -> None:
    token = await person.link()

    rows = await sql(
        admin_engine,
        "SELECT l.*, l::text AS whole FROM app.password_links l WHERE user_id = :id",
        id=person.user.id,
    )

    secret = token[38:]  # behind imsp_, 32 digits and _
    assert [row.secret_hash for row in rows] == [hashlib.sha256(secret.encode()).digest()]
    assert secret not in str(rows)


async def test_the_second_factor_stays(person: Person, admin_engine: AsyncEngine) -> None:
    await sql(
        admin_engine,
        "INSERT INTO app.totp_credentials (user_id, secret, confirmed_at) VALUES (:id, 'x', now())",
        id=person.user.id,
    )

    await person.confirm(await person.link())

    rows = "SELECT 1 FROM app.totp_credentials WHERE user_id = :id AND confirmed_at IS NOT NULL"
    assert len(await sql(admin_engine, rows, id=person.user.id)) == 1


async def test_asking_and_setting_are_events_without_addresses(
    person: Person, events_of: EventsOf
) -> None:
    assert (await person.confirm(await person.link())).status_code == 204

    asked, done = await events_of(person.user)
    assert (asked["action"], asked["actor_id"]) == ("password.reset_requested", None)
    assert asked["subject"] == f"user:{person.user.id}"
    assert asked["address"] == "127.0.0.0/24"
    assert (done["action"], done["actor_id"]) == ("password.reset", person.user.id)
    for told in (person.user.email, person.user.username, NEW):
        assert told not in str([asked, done])


async def test_without_redis_the_answer_is_the_same_and_the_letter_waits(
    make_migrated: MakeMigrated, settings: Settings, person: Person
) -> None:
    nowhere = Settings(**settings.model_dump() | {"redis_url": "redis://127.0.0.1:1/0"})
    async with own_app(make_migrated, nowhere) as own:
        user: User = await own.make.user()
        name = unique("invited")
        invited = {"username": name, "email": f"{name}@example.org", "full_name": "Invited"}

        asked = await own.client().post("/auth/password/reset", json={"email": user.email})
        made = await own.client(await own.make.admin()).post("/users", json=invited)

        assert (asked.status_code, asked.json()) == (202, (await person.ask()).json())
        assert made.status_code == 201
        rows = await sql(own.api.state.engine, "SELECT address FROM app.outgoing_mails ORDER BY id")
        assert [row.address for row in rows] == [user.email, invited["email"]]
