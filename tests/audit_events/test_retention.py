"""How long the audit is kept: by class, never less than 30 days, and a site at a time."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from app.audit.classes import EventClass
from app.audit_events import repository
from app.audit_events.jobs import remove_at_site, remove_old_events
from app.core.config import Settings
from app.core.database import create_engine, unscoped_transaction
from app.core.database_errors import sqlstate_of
from app.core.vocabulary import Role
from app.models import AuditEvent, Site, SystemEvent
from app.tenancy.scope import SiteScope
from app.tenancy.session import scoped_session
from tests.conftest import MakeMigrated, Servers
from tests.factories import Make, unique
from tests.own_app import own_app

AUTHENTICATION, ACCESS, ADMINISTRATION = "logout", "access_denied", "member.added"


async def plant(engine: AsyncEngine, site: Site | None, action: str, days: float) -> str:
    """Put an event of some age there; answers what it can be found by."""
    mark = unique("old")
    values = {"action": action, "at": datetime.now(UTC) - timedelta(days=days), "request_id": mark}
    statement = (
        insert(SystemEvent).values(values)
        if site is None
        else insert(AuditEvent).values(values | {"site_id": site.id})
    )
    async with engine.begin() as connection:
        await connection.execute(statement)
    return mark


async def kept(engine: AsyncEngine, marks: list[str]) -> set[str]:
    """Those of the events that are still there."""
    found = set()
    async with engine.connect() as connection:
        for model in (AuditEvent, SystemEvent):
            found |= set(
                await connection.scalars(
                    select(model.__table__.c.request_id).where(
                        model.__table__.c.request_id.in_(marks)
                    )
                )
            )
    return found


@pytest.fixture
def brief(settings: Settings) -> Settings:
    """The classes kept for different times."""
    days = {"authentication": 40, "access": 60, "administration": 80}
    return settings.model_copy(update={f"audit_days_{kind}": n for kind, n in days.items()})


async def test_each_class_goes_when_its_time_is_over(
    make_migrated: MakeMigrated, settings: Settings, servers: Servers, brief: Settings
) -> None:
    going, staying = [], []
    async with own_app(make_migrated, settings) as own:
        engine, make = own.api.state.engine, own.make
        admin_url = servers.admin_url.set(database=engine.url.database)
        admin_engine = create_engine(admin_url, pool_size=1)
        for site in (await make.site(), await make.site(is_active=False), None):
            for action, days in ((AUTHENTICATION, 40), (ACCESS, 60), (ADMINISTRATION, 80)):
                going.append(await plant(admin_engine, site, action, days + 0.1))
                staying.append(await plant(admin_engine, site, action, days - 0.1))
            staying.append(await plant(admin_engine, site, "of.no.class", 9999))

        await remove_old_events({"engine": engine, "settings": brief})

        assert await kept(admin_engine, going + staying) == set(staying)
        await admin_engine.dispose()


async def test_more_than_a_batch_goes_at_once(
    make: Make, engine: AsyncEngine, admin_engine: AsyncEngine, brief: Settings
) -> None:
    site, mark = await make.site(), unique("many")
    many = text(
        "INSERT INTO app.audit_events (site_id, action, at, request_id)"
        " SELECT :site_id, 'logout', now() - interval '90 days', :mark"
        " FROM generate_series(1, :n)"
    )
    rows = {"site_id": site.id, "mark": mark, "n": 2 * repository.BATCH + 1}
    async with admin_engine.begin() as connection:
        await connection.execute(many, rows)

    removed: Counter[str] = Counter()
    await remove_at_site(engine, brief, SiteScope(0, {site.id: Role.VIEWER}), removed)

    assert await kept(admin_engine, [mark]) == set()
    assert removed["authentication"] == 2 * repository.BATCH + 1


async def test_a_run_that_removed_something_is_an_event_of_its_numbers(
    make_migrated: MakeMigrated, settings: Settings, servers: Servers
) -> None:
    async with own_app(make_migrated, settings) as own:
        engine, site = own.api.state.engine, await own.make.site()
        admin_url = servers.admin_url.set(database=engine.url.database)
        admin = create_engine(admin_url, pool_size=1)
        context = {"engine": engine, "settings": settings}
        await remove_old_events(context)
        for place, action in ((site, AUTHENTICATION), (None, AUTHENTICATION), (site, ACCESS)):
            await plant(admin, place, action, 999)
        await remove_old_events(context)
        await remove_old_events(context)
        await admin.dispose()

        async with unscoped_transaction(engine) as session:
            (event,) = await session.scalars(select(SystemEvent))
    assert (event.action, event.actor_id) == ("audit.purged", None)
    assert event.details == {"authentication": 2, "access": 1, "administration": 0}


async def test_nothing_younger_than_30_days_goes_whoever_asks(
    make: Make, engine: AsyncEngine, admin_engine: AsyncEngine
) -> None:
    site, now = await make.site(), datetime.now(UTC)
    young = [await plant(admin_engine, place, ACCESS, 29.9) for place in (site, None)]
    old = [await plant(admin_engine, place, ACCESS, 30.1) for place in (site, None)]
    scope = SiteScope(user_id=0, roles={site.id: Role.SITE_ADMIN})

    async with scoped_session(engine, scope) as session:
        for before in (now, now + timedelta(days=9999)):
            await repository.delete_old_events(session, [ACCESS], before)
            await repository.delete_old_system_events(session, [ACCESS], before)

    assert await kept(admin_engine, young + old) == set(young)


async def test_only_the_events_of_the_scope_go(
    make: Make, engine: AsyncEngine, admin_engine: AsyncEngine
) -> None:
    ours, theirs = await make.site(), await make.site()
    mine, other = [await plant(admin_engine, site, ACCESS, 99) for site in (ours, theirs)]

    for roles in ({}, {ours.id: Role.SITE_ADMIN}):
        async with scoped_session(engine, SiteScope(user_id=0, roles=roles)) as session:
            removed = await repository.delete_old_events(session, [ACCESS], datetime.now(UTC))
        assert removed == len(roles)

    assert await kept(admin_engine, [mine, other]) == {other}


@pytest.mark.parametrize("table", ["audit_events", "system_events"])
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET action = 'logout'", "DELETE FROM {}", "TRUNCATE {}"]
)
async def test_there_is_no_other_way_to_change_what_happened(
    make: Make, engine: AsyncEngine, table: str, statement: str
) -> None:
    site = await make.site()
    scope = SiteScope(user_id=0, roles={site.id: Role.SITE_ADMIN})
    with pytest.raises(DBAPIError) as refusal:
        async with scoped_session(engine, scope) as session:
            await session.execute(text(statement.format(f"app.{table}")))
    assert sqlstate_of(refusal.value) == "42501"


def test_no_class_can_be_set_to_less() -> None:
    for kind in EventClass:
        with pytest.raises(ValueError, match="30"):
            Settings.model_validate({f"audit_days_{kind}": 29})
