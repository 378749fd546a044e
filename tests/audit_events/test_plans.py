"""How the database finds a page of the audit under row-level security."""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.audit_events import repository
from app.audit_events.repository import MANY_SITES, Position, Wanted
from app.core.database import create_engine
from app.core.vocabulary import Role
from app.tenancy.scope import SiteScope
from app.tenancy.session import ReadSession, read_session
from tests.conftest import MakeMigrated, drop_database
from tests.factories import START

Node = dict[str, Any]

BEHIND = Position(START, "h", 7)

FILL = (
    "INSERT INTO app.users (username, email, full_name) VALUES ('ada', 'ada@example.org', 'Ada')",
    "INSERT INTO app.sites (name, timezone) SELECT 'Site ' || n, 'UTC'"
    " FROM generate_series(1, 150) n",
    "INSERT INTO app.audit_events (site_id, action, at)"
    " SELECT s.id, 'member.added', CAST(:start AS timestamptz) + (n - 100) * interval '1 hour'"
    " FROM app.sites s, generate_series(1, 200) n",
    "INSERT INTO app.system_events (action, at)"
    " SELECT 'login.succeeded', CAST(:start AS timestamptz) + (n - 1000) * interval '1 hour'"
    " FROM generate_series(1, 2000) n",
    "INSERT INTO app.interaction_changes"
    " (site_id, interaction_id, version, change_type, changed_by, changed_at, changes)"
    " SELECT s.id, n, 1, 'CREATE', u.id,"
    " CAST(:start AS timestamptz) + (n - 100) * interval '1 hour', '{}'"
    " FROM app.sites s, app.users u, generate_series(1, 200) n",
    "ANALYZE",
)
"""Enough of everything, half of it before `BEHIND`, that the planner knows what is better."""


@pytest.fixture(scope="module")
async def engine(make_migrated: MakeMigrated) -> AsyncIterator[AsyncEngine]:
    """The application's role on a database that holds a lot, and the same each time."""
    database = await make_migrated()
    admin = create_engine(database.admin_url, pool_size=1)
    async with admin.begin() as connection:
        for statement in FILL:
            values = {"start": START} if ":start" in statement else {}
            await connection.execute(text(statement), values)
    await admin.dispose()
    engine = create_engine(database.app_url, pool_size=1)
    yield engine
    await engine.dispose()
    await drop_database(database.admin_url)


async def plan_of(engine: AsyncEngine, scope: SiteScope, wanted: Wanted) -> list[Node]:
    """The nodes of the plan of a page, for the role that the application logs in as."""
    sent: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        sent.append((statement, parameters))

    event.listen(engine.sync_engine, "before_cursor_execute", note)
    try:
        async with read_session(engine, scope) as session:
            await repository.list_events(session, wanted)
            statement, parameters = sent[-1]
            return await _explained(session, statement, parameters)
    finally:
        event.remove(engine.sync_engine, "before_cursor_execute", note)


async def _explained(session: ReadSession, statement: str, parameters: Any) -> list[Node]:
    connection = await session.connection()
    # Small tables are faster read whole; what is asked here is whether the indexes can serve.
    for way in ("seqscan", "bitmapscan", "sort"):
        await connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
    rows = await connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
    told = rows.scalar_one()
    plan = (json.loads(told) if isinstance(told, str) else told)[0]["Plan"]
    return list(_nodes(plan))


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.get("Plans", ()):
        yield from _nodes(child)


def indexes(nodes: list[Node]) -> dict[str, str]:
    """The condition of each index that is used."""
    return {
        node["Index Name"]: node.get("Index Cond", "") for node in nodes if "Index Name" in node
    }


def sorts(nodes: list[Node]) -> int:
    return sum(node["Node Type"] == "Sort" for node in nodes)


@pytest.mark.parametrize("sites", [1, 5])
async def test_each_site_is_read_along_the_index_of_its_times(
    engine: AsyncEngine, sites: int
) -> None:
    scope = SiteScope(user_id=1, roles=dict.fromkeys(range(1, sites + 1), Role.SITE_ADMIN))

    nodes = await plan_of(engine, scope, Wanted(behind=BEHIND, with_system=True))

    used = indexes(nodes)
    assert used.keys() == {
        "ix_audit_events_site_at",
        "ix_interaction_changes_site_changed_at",
        "ix_system_events_at",
    }
    assert all("ROW(" in condition for condition in used.values())
    assert sorts(nodes) == 1  # of the few that the three sources give
    covered = next(node for node in nodes if node.get("Index Name", "").endswith("changed_at"))
    assert covered["Node Type"] == "Index Only Scan"


async def test_very_many_sites_are_read_along_the_index_of_all_times(engine: AsyncEngine) -> None:
    ids = range(1, MANY_SITES + 2)
    scope = SiteScope(user_id=1, roles=dict.fromkeys(ids, Role.SITE_ADMIN), is_system_admin=True)

    nodes = await plan_of(engine, scope, Wanted(behind=BEHIND, with_system=True))

    assert indexes(nodes).keys() == {
        "ix_audit_events_at",
        "ix_interaction_changes_changed_at",
        "ix_system_events_at",
    }
    assert sorts(nodes) == 1


async def test_a_table_that_cannot_hold_what_is_wanted_is_not_read(engine: AsyncEngine) -> None:
    scope = SiteScope(user_id=1, roles={1: Role.SITE_ADMIN})
    for actions, tables in (
        (("interaction.created",), {"interaction_changes"}),
        (("member.added",), {"audit_events", "system_events"}),
    ):
        nodes = await plan_of(engine, scope, Wanted(actions=actions, with_system=True))
        assert {node["Relation Name"] for node in nodes if "Relation Name" in node} == tables
