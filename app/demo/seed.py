"""`ims seed`: something to look at, once, in a database that nobody uses yet.

Each step looks for what an earlier, cut-off run has left; an event marks the end.
"""

from datetime import UTC, datetime
from random import Random

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.audit.record import Action, record_event
from app.auth.passwords import PasswordHasher
from app.core.config import Settings
from app.core.database import create_app_engine, unscoped_transaction
from app.core.vocabulary import Role
from app.demo.logins import write_logins
from app.demo.people import DEMO_PASSWORD, PEOPLE, SITES, DemoSite
from app.demo.texts import plausible_interactions
from app.interactions.creating import create_interaction
from app.models import Interaction, Membership, PasswordCredential, Site, SystemEvent, User
from app.tenancy.scope import SiteScope
from app.tenancy.session import scoped_session

INTERACTIONS_PER_SITE = 100


async def seed_demo(settings: Settings) -> str:
    """Seed unless somebody uses the database already; answers what was done."""
    engine = create_app_engine(settings, pool_size=2)
    try:
        if await _is_seeded(engine):
            await write_logins(engine, settings.ims_state_dir)
            return "The demo data is there already"
        if await _has_other_users(engine):
            return "Not seeded: the database has users"
        await _seed(engine)
        await write_logins(engine, settings.ims_state_dir)
    finally:
        await engine.dispose()
    return (
        f"Seeded {len(SITES)} sites, {len(PEOPLE)} users "
        f"and {len(SITES) * INTERACTIONS_PER_SITE} interactions"
    )


async def _is_seeded(engine: AsyncEngine) -> bool:
    async with unscoped_transaction(engine) as session:
        mark = select(SystemEvent.id).where(SystemEvent.action == Action.DEMO_SEEDED.value)
        return await session.scalar(mark.limit(1)) is not None


async def _has_other_users(engine: AsyncEngine) -> bool:
    async with unscoped_transaction(engine) as session:
        others = User.username.not_in([person.username for person in PEOPLE])
        return await session.scalar(select(User.id).where(others).limit(1)) is not None


async def _seed(engine: AsyncEngine) -> None:
    site_ids = await _sites(engine)
    user_ids = await _users(engine)
    await _memberships(engine, site_ids, user_ids)
    for site in SITES:
        writers = [user_ids[p.username] for p in PEOPLE if p.roles.get(site.name) == Role.EDITOR]
        await _interactions(engine, site, site_ids[site.name], writers)
    async with unscoped_transaction(engine) as session:
        record_event(session, Action.DEMO_SEEDED, actor_id=None)


async def _sites(engine: AsyncEngine) -> dict[str, int]:
    async with unscoped_transaction(engine) as session:
        found = dict((await session.execute(select(Site.name, Site.id))).all())
        for site in SITES:
            if site.name not in found:
                row = Site(name=site.name, description=site.description, timezone=site.timezone)
                session.add(row)
                await session.flush()
                found[site.name] = row.id
        return found


async def _users(engine: AsyncEngine) -> dict[str, int]:
    passwords = PasswordHasher()
    password_hash = await passwords.hash_password(DEMO_PASSWORD)
    passwords.close()
    async with unscoped_transaction(engine) as session:
        found = dict((await session.execute(select(User.username, User.id))).all())
        for person in PEOPLE:
            if person.username not in found:
                row = User(
                    username=person.username,
                    email=f"{person.username}@example.org",
                    full_name=person.full_name,
                    is_system_admin=person.is_system_admin,
                )
                session.add(row)
                await session.flush()
                session.add(PasswordCredential(user_id=row.id, password_hash=password_hash))
                found[person.username] = row.id
        return found


async def _memberships(
    engine: AsyncEngine, site_ids: dict[str, int], user_ids: dict[str, int]
) -> None:
    scope = SiteScope(user_id=0, roles=dict.fromkeys(site_ids.values(), Role.SITE_ADMIN))
    async with scoped_session(engine, scope) as session:
        if await session.scalar(select(func.count()).select_from(Membership)):
            return
        session.add_all(
            Membership(site_id=site_ids[name], user_id=user_ids[person.username], role=role.value)
            for person in PEOPLE
            for name, role in person.roles.items()
        )


async def _interactions(
    engine: AsyncEngine, site: DemoSite, site_id: int, writers: list[int]
) -> None:
    """Those of one site in one transaction a writer, by the same function as the API's."""
    random = Random(site.name)  # noqa: S311 - the same texts at each run are the point
    contents = list(
        plausible_interactions(site, INTERACTIONS_PER_SITE, today=datetime.now(UTC), random=random)
    )
    for place, user_id in enumerate(writers):
        scope = SiteScope(user_id=user_id, roles={site_id: Role.EDITOR})
        async with scoped_session(engine, scope) as session:
            is_written = Interaction.created_by == user_id
            if await session.scalar(select(Interaction.id).where(is_written).limit(1)):
                continue
            for content in contents[place :: len(writers)]:
                await create_interaction(session, site_id, content.model_dump())
