"""What belongs to one person is out of everybody else's reach.

Each person-owned table has its canary test here; the catalogue names the tables.
"""

from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.vocabulary import Role
from app.identity.refresh_token import RefreshToken
from app.models import PasswordCredential, TokenFamily, User
from tests.tenancy.callers import Caller, log_in, outsiders
from tests.tenancy.http_proof import call_everyway, client_of
from tests.tenancy.operations import OPERATIONS
from tests.tenancy.world import World


async def logins_of(admin_engine: AsyncEngine, user: User) -> list[str]:
    """All logins and the password of a user, as they are stored."""
    async with admin_engine.connect() as connection:
        return [
            str(row)
            for model in (TokenFamily, PasswordCredential)
            for row in await connection.execute(
                select(model.__table__).where(model.__table__.c.user_id == user.id)
            )
        ]


async def is_logged_in(app: FastAPI, caller: Caller) -> bool:
    """Whether a caller's token is still good."""
    app.state.authenticator.callers._entries.clear()  # what is remembered for a second
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
    forged = str(RefreshToken.new(token.family_id))
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


async def test_no_operation_changes_the_logins_or_the_password_of_another(
    api: FastAPI, world: World, admin_engine: AsyncEngine
) -> None:
    victim = world.theirs.people[Role.SITE_ADMIN]
    before = await logins_of(admin_engine, victim)
    assert len(before) == 2
    callers = await outsiders(api, world)
    for operation in OPERATIONS:
        if operation.path.startswith(("/api/v1/auth", "/api/v1/users")):
            await call_everyway(api, operation, callers, world)
    assert await logins_of(admin_engine, victim) == before


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
        digests = await connection.scalars(
            select(TokenFamily.refresh_hash).where(TokenFamily.user_id == user.id)
        )
        return [*hashes, *(digest.hex() for digest in digests)]
