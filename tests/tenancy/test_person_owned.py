"""What belongs to one person is out of everybody else's reach.

Each person-owned table has its canary test here; the catalogue names the tables.
"""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from fastapi import FastAPI
from sqlalchemy import Column, Table, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.core.sealing import KeyRing
from app.core.vocabulary import LinkKind, Role
from app.identity.logins.refresh_token import RefreshToken
from app.identity.totp.second_factors import sealing_context
from app.models import (
    ApiKey,
    Base,
    ExternalIdentity,
    IdempotencyRecord,
    Job,
    Login,
    PasswordCredential,
    PasswordLink,
    ReportSchedule,
    SavedSearch,
    TotpCredential,
    User,
)
from tests.factories import Make, unique
from tests.imports.making import make_import, make_operation
from tests.privacy.making import make_export
from tests.reports.making import make_report, make_schedule
from tests.saved_searches.making import make_search
from tests.tenancy import catalogue
from tests.tenancy.callers import Caller, log_in, outsiders
from tests.tenancy.http_proof import call_everyway, client_of
from tests.tenancy.operations import OPERATIONS, session_id_of
from tests.tenancy.world import World


def person_owned() -> list[Table]:
    """The tables whose rows each belong to a person."""
    return [
        table
        for table in Base.metadata.sorted_tables
        if catalogue.KINDS[table.name] is catalogue.Kind.PERSON
    ]


def owner_of(table: Table) -> Column[int]:
    """The column that says whose a row is."""
    return next(
        column for name in ("user_id", "owner_id") if (column := table.c.get(name)) is not None
    )


async def belongings_of(admin_engine: AsyncEngine, user: User) -> dict[str, list[str]]:
    """All that belongs to a user alone, as it is stored, by table."""
    async with admin_engine.connect() as connection:
        return {
            table.name: [
                str(row)
                for row in await connection.execute(select(table).where(owner_of(table) == user.id))
            ]
            for table in person_owned()
        }


async def give_one_of_each(app: FastAPI, admin_engine: AsyncEngine, user: User) -> None:
    """Give a user what a person can have, beside the login and the password they have."""
    ring: KeyRing = app.state.key_ring
    secret = ring.seal("JBSWY3DPEHPK3PXP", context=sealing_context(user.id))
    in_an_hour = datetime.now(UTC) + timedelta(hours=1)
    rows: list[Base] = [
        ExternalIdentity(issuer="https://provider.example/", subject=unique("s"), user_id=user.id),
        TotpCredential(user_id=user.id, secret=secret),
        ReportSchedule(
            owner_id=user.id, content={}, cron="0 7 * * 1", tz="UTC", next_run_at=in_an_hour
        ),
        SavedSearch(owner_id=user.id, name=unique("Search"), query={"q": unique("word")}),
        IdempotencyRecord(
            owner_id=user.id, api_key_id=0, key=unique("k"), fingerprint=bytes(32), answer=b"sealed"
        ),
        Job(owner_id=user.id, kind="import_check", parameters={}, site_ids=[]),
        PasswordLink(
            id=uuid4(),
            user_id=user.id,
            kind=LinkKind.RESET.value,
            secret_hash=bytes(32),
            expires_at=in_an_hour,
        ),
    ]
    async with AsyncSession(admin_engine) as session, session.begin():
        session.add_all(rows)
    await Make(app.state.engine, app.state.passwords).api_key(app, user)
    await make_import(app, user)
    await make_operation(app, user)


PERSONAL = (
    "/api/v1/auth",
    "/api/v1/users",
    "/api/v1/api-keys",
    "/api/v1/saved-searches",
    "/api/v1/imports",
    "/api/v1/operations",
    "/api/v1/report",
    "/api/v1/privacy",
)


async def is_logged_in(app: FastAPI, caller: Caller) -> bool:
    """Whether a caller's token is still good."""
    app.state.authenticator.callers.forget_all()  # what is remembered for a second
    async with client_of(app, caller) as client:
        return (await client.get("/api/v1/auth/me")).is_success


async def test_logging_out_ends_ones_own_login_and_no_other(api: FastAPI, world: World) -> None:
    user = world.ours.people[Role.VIEWER]
    here, there = [await log_in(api, user, "viewer") for _ in range(2)]
    stranger = await log_in(api, world.ours.people[Role.EDITOR], "editor")

    async with client_of(api, here) as client:
        assert (await client.post("/api/v1/auth/logout")).status_code == 204

    assert not await is_logged_in(api, here)
    assert await is_logged_in(api, there)
    assert await is_logged_in(api, stranger)


async def test_a_refresh_token_with_anothers_login_and_a_made_up_secret_is_refused(
    api: FastAPI, world: World
) -> None:
    victim = await log_in(api, world.theirs.people[Role.EDITOR], "victim")
    token = RefreshToken.read(victim.refresh_token)
    assert token is not None
    forged = str(RefreshToken.new(token.row_id))
    async with client_of(api, await log_in(api, world.nobody, "nobody")) as client:
        response = await client.post("/api/v1/auth/refresh", json={"refresh_token": forged})
    assert response.status_code == 401


async def test_a_refresh_token_gives_its_owners_tokens_whoever_sends_it(
    api: FastAPI, world: World
) -> None:
    owner, sender = world.ours.people[Role.VIEWER], world.theirs.people[Role.SITE_ADMIN]
    token = (await log_in(api, owner, "owner")).refresh_token
    async with client_of(api, await log_in(api, sender, "sender")) as client:
        pair = (await client.post("/api/v1/auth/refresh", json={"refresh_token": token})).json()
        authorization = {"Authorization": f"Bearer {pair['access_token']}"}
        me = await client.get("/api/v1/auth/me", headers=authorization)
    assert me.json()["id"] == owner.id


async def test_no_operation_changes_what_belongs_to_another(
    api: FastAPI, world: World, admin_engine: AsyncEngine, make: Make
) -> None:
    victim = await make.member(world.theirs.site, role=Role.SITE_ADMIN)
    await give_one_of_each(api, admin_engine, victim)
    before = await belongings_of(admin_engine, victim)
    assert all(before.values()), "the proof looked where there was nothing to be changed"
    callers = await outsiders(api, world)
    for operation in OPERATIONS:
        if operation.path.startswith(PERSONAL):
            await call_everyway(api, operation, callers, world)
    assert await belongings_of(admin_engine, victim) == before


async def test_a_key_or_a_session_of_another_is_nowhere(
    api: FastAPI, world: World, make: Make, admin_engine: AsyncEngine
) -> None:
    victim = await make.member(world.ours.site, role=Role.SITE_ADMIN)
    key, _ = await make.api_key(api, victim, world.ours.site)
    theirs = await log_in(api, victim, "victim")
    before = await belongings_of(admin_engine, victim)
    for person in (world.ours.people[Role.SITE_ADMIN], world.system_admin):
        async with client_of(api, await log_in(api, person, "somebody else")) as client:
            answers = [
                await client.delete(f"/api/v1/api-keys/{key.id}"),
                await client.post(f"/api/v1/api-keys/{key.id}/rotate"),
                await client.delete(f"/api/v1/auth/sessions/{session_id_of(theirs.refresh_token)}"),
            ]
            told = [await client.get(f"/api/v1/{path}") for path in ("api-keys", "auth/sessions")]
        assert [answer.status_code for answer in answers] == [404, 404, 404]
        assert all(key.name not in answer.text for answer in told)
        assert all(session_id_of(theirs.refresh_token) not in answer.text for answer in told)
    assert await belongings_of(admin_engine, victim) == before


async def test_a_search_of_another_is_nowhere_unless_it_is_shared_with_ones_site(
    api: FastAPI, world: World, admin_engine: AsyncEngine
) -> None:
    victim, site = world.theirs.people[Role.SITE_ADMIN], world.theirs.site
    private = await make_search(admin_engine, victim, name="private", query={"q": "canary"})
    shared = await make_search(
        admin_engine, victim, name="shared", query={"q": "canary"}, shared_with=site.id
    )
    before = await belongings_of(admin_engine, victim)
    members = [world.theirs.people[Role.VIEWER], world.system_admin]
    strangers = [world.ours.people[Role.SITE_ADMIN], world.nobody]
    for person in (*members, *strangers):
        hidden = [private] if person in members else [private, shared]
        async with client_of(api, await log_in(api, person, "somebody else")) as client:
            for search_id in hidden:
                path = f"/api/v1/saved-searches/{search_id}"
                content = {"name": "mine", "query": {}}
                answers = [
                    await client.get(path),
                    await client.put(path, json=content),
                    await client.delete(path),
                    await client.get(f"{path}/results"),
                ]
                assert [answer.status_code for answer in answers] == [404] * 4
            told = (await client.get("/api/v1/saved-searches?page_size=100")).json()
            read = await client.get(f"/api/v1/saved-searches/{shared}")
        assert {search["id"] for search in told["saved_searches"]}.isdisjoint(hidden)
        assert read.is_success == (person in members)
    assert await belongings_of(admin_engine, victim) == before


async def test_an_import_and_an_operation_of_another_are_nowhere(
    api: FastAPI, world: World, admin_engine: AsyncEngine
) -> None:
    victim, site = world.ours.people[Role.SITE_ADMIN], world.ours.site
    canary = unique("canary")
    row = await make_import(api, victim, site, file_name=canary)
    operation = await make_operation(api, victim)
    before = await belongings_of(admin_engine, victim)
    strangers = [world.ours.people[Role.EDITOR], world.system_admin, world.both, world.nobody]
    for person in strangers:
        async with client_of(api, await log_in(api, person, "somebody else")) as client:
            path = f"/api/v1/imports/{row}"
            answers = [
                await client.get(path),
                await client.patch(path, json={"tz": "UTC"}),
                await client.post(f"{path}/commit"),
                await client.get(f"{path}/errors"),
                await client.delete(path),
                await client.get(f"/api/v1/operations/{operation}"),
                await client.post(f"/api/v1/operations/{operation}/undo"),
            ]
            told = await client.get("/api/v1/imports?page_size=100")
        assert [answer.status_code for answer in answers] == [404] * len(answers)
        assert canary not in told.text
    assert await belongings_of(admin_engine, victim) == before


async def test_a_report_of_another_is_nowhere_not_even_for_an_admin(
    api: FastAPI, world: World, admin_engine: AsyncEngine
) -> None:
    victim, site = world.theirs.people[Role.VIEWER], world.theirs.site
    canary = unique("canary")
    parameters = {"format": "csv", "filters": {"q": canary}, "tz": "UTC", "title": canary}
    report_id = await make_report(api, victim, site, text=canary, parameters=parameters)
    before = await belongings_of(admin_engine, victim)
    strangers = [world.theirs.people[Role.SITE_ADMIN], world.both, world.system_admin, world.nobody]
    for person in strangers:
        async with client_of(api, await log_in(api, person, "somebody else")) as client:
            path = f"/api/v1/reports/{report_id}"
            answers = [
                await client.get(path),
                await client.get(f"{path}/events"),
                await client.get(f"{path}/download"),
                await client.delete(path),
            ]
            told = [
                await client.get(f"/api/v1/{path}?page_size=100") for path in ("reports", "jobs")
            ]
        assert [answer.status_code for answer in answers] == [404] * 4
        assert all(canary not in answer.text for answer in (*answers, *told))
    assert await belongings_of(admin_engine, victim) == before
    async with client_of(api, await log_in(api, victim, "owner")) as client:
        assert canary in (await client.get(f"{path}/download")).text


async def test_a_request_about_a_person_is_nowhere_for_another_admin(
    api: FastAPI, world: World
) -> None:
    victim, canary = world.theirs.people[Role.SITE_ADMIN], unique("canary")
    request_id = await make_export(api, victim, world.theirs.site, person=canary)
    for person in (world.both, world.system_admin, world.nobody):
        async with client_of(api, await log_in(api, person, "somebody else")) as client:
            path = f"/api/v1/privacy/requests/{request_id}"
            answers = [await client.get(path), await client.get(f"{path}/download")]
            told = await client.get("/api/v1/jobs?page_size=100")
        status = 404 if person is world.system_admin else 403
        assert [answer.status_code for answer in answers] == [status] * 2
        assert all(canary not in answer.text for answer in (*answers, told))


async def test_a_schedule_of_another_is_nowhere_not_even_for_an_admin(
    api: FastAPI, world: World, admin_engine: AsyncEngine
) -> None:
    victim, canary = world.theirs.people[Role.VIEWER], unique("canary")
    schedule_id = await make_schedule(admin_engine, victim, title=canary)
    before = await belongings_of(admin_engine, victim)
    strangers = [world.theirs.people[Role.SITE_ADMIN], world.both, world.system_admin, world.nobody]
    for person in strangers:
        async with client_of(api, await log_in(api, person, "somebody else")) as client:
            path = f"/api/v1/report-schedules/{schedule_id}"
            answers = [
                await client.get(path),
                await client.patch(path, json={"is_active": False}),
                await client.delete(path),
            ]
            told = await client.get("/api/v1/report-schedules?page_size=100")
        assert [answer.status_code for answer in answers] == [404] * 3
        assert all(canary not in answer.text for answer in (*answers, told))
    assert await belongings_of(admin_engine, victim) == before


async def test_no_operation_tells_of_a_hash_or_a_secret(
    api: FastAPI, world: World, admin_engine: AsyncEngine
) -> None:
    admin = await log_in(api, world.system_admin, "system admin")
    told = ""
    async with client_of(api, admin) as client:
        for operation in OPERATIONS:
            if operation.reads:
                target = admin.target(world, world.ours)
                told += (await client.get(operation.url(target))).text
    for user in (world.system_admin, *world.ours.people.values()):
        for secret in await secrets_of(admin_engine, user):
            assert secret not in told
    assert world.ours.canary in told
    assert "argon2" not in told


async def secrets_of(admin_engine: AsyncEngine, user: User) -> list[str]:
    """The words that only a user may know, and those that nobody may."""
    async with admin_engine.connect() as connection:
        hashes = await connection.scalars(
            select(PasswordCredential.password_hash).where(PasswordCredential.user_id == user.id)
        )
        digests = [
            *await connection.scalars(select(Login.secret_hash).where(Login.user_id == user.id)),
            *await connection.scalars(select(ApiKey.secret_hash).where(ApiKey.owner_id == user.id)),
        ]
        return [*hashes, *(digest.hex() for digest in digests)]
