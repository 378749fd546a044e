"""How the database finds what is in the trash and what was changed, at sites that have much."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from app.core.config import Settings
from app.core.database import create_engine
from app.core.direct_pool import DirectPool
from app.core.vocabulary import ChangeType, Role
from app.interactions import activity
from app.interactions.finding import trash
from app.interactions.finding.asking import Asking
from app.interactions.finding.ordering import LAST_DELETED_FIRST
from app.interactions.finding.question import Question
from app.interactions.finding.tree import Every
from app.tenancy.scope import SiteScope
from app.tenancy.snapshot import snapshot
from tests.conftest import MakeMigrated, drop_database
from tests.interactions.test_plans import Node, explained, scans, vacuum, whole_reads

BEHIND = (datetime(2026, 1, 1, 6, tzinfo=UTC), 5_000)
LATER = datetime(2026, 1, 1, 12, tzinfo=UTC)

FILL = (
    "INSERT INTO app.users (username, email, full_name) SELECT 'user' || n, n || '@example.org',"
    " 'User' FROM generate_series(1, 20) n",
    "INSERT INTO app.sites (name, timezone) SELECT 'Site ' || n, 'UTC'"
    " FROM generate_series(1, 20) n",
    # The first site has half of all rows, nine out of ten of them in the trash.
    "INSERT INTO app.interactions (site_id, title, type, lead, start_datetime, end_datetime,"
    " timezone, description, created_by, updated_by, deleted_at)"
    " SELECT CASE WHEN n % 2 = 0 THEN 1 ELSE 1 + n % 20 END, 'Kickoff ' || n, 'CALL', 'Lead',"
    " now(), now() + interval '1 hour', 'UTC', repeat('What was said. ', 20), 1 + n % 20, 1,"
    " CASE WHEN n % 10 <> 4 THEN timestamptz '2026-01-01Z' + n / 100 * interval '5 minutes' END"
    " FROM generate_series(1, 16000) n",
    "INSERT INTO app.interaction_changes (site_id, interaction_id, version, change_type,"
    " changed_by, changed_at, changes, after_state)"
    " SELECT site_id, id, 1, 'CREATE', created_by,"
    " timestamptz '2026-01-01Z' + id / 100 * interval '5 minutes', '{}',"
    " jsonb_build_object('title', title, 'description', description) FROM app.interactions",
    "INSERT INTO app.operations (id, owner_id, kind, undo_id)"
    " SELECT gen_random_uuid(), 1, 'import', gen_random_uuid() FROM generate_series(1, 2000)",
)


@pytest.fixture(scope="module")
async def pool(make_migrated: MakeMigrated, settings: Settings) -> AsyncIterator[DirectPool]:
    """The application's own way to a database that holds a lot."""
    filled = await make_migrated()
    admin = create_engine(filled.admin_url, pool_size=1, statement_seconds=60)
    async with admin.begin() as connection:
        for statement in FILL:
            await connection.execute(text(statement))
    await vacuum(admin)
    await admin.dispose()
    url = filled.app_url.render_as_string(hide_password=False)
    found = DirectPool(Settings(**settings.model_dump() | {"database_url": url}))
    await found.open()
    yield found
    await found.close()
    await drop_database(filled.admin_url)


def sorts(nodes: list[Node]) -> list[Node]:
    """The nodes that sort more rows than a few pages have."""
    return [node for node in nodes if node["Node Type"] == "Sort" and node["Plan Rows"] > 2_000]


def scanned(nodes: list[Node], index: str) -> Node:
    """The one scan of an index, which goes along it."""
    (scan,) = scans(nodes)[index]
    assert scan["Node Type"] in {"Index Scan", "Index Only Scan"}
    return scan


@pytest.mark.parametrize("place", [None, BEHIND], ids=["first", "behind"])
@pytest.mark.parametrize("sites", [1, 5, 20])
async def test_the_trash_comes_in_order_out_of_its_indexes(
    sites: int, place: tuple[object, ...] | None, pool: DirectPool
) -> None:
    roles: list[Role] = [Role.SITE_ADMIN, Role.EDITOR]
    scope = SiteScope(1, {site: roles[site % 2] for site in range(1, sites + 1)})
    async with snapshot(pool, scope, in_order=True) as seen:
        question = Question(Every(), LAST_DELETED_FIRST, limit=20, place=place, is_trash=True)
        asking = Asking(seen, question, seconds=60)
        values = trash.whose(scope)
        page = await explained(asking, trash.page(asking.form), values)
        number = await explained(asking, trash.number(asking.form), values)

    assert whole_reads(page) == whole_reads(number) == sorts(page) == []
    assert scans(number).keys() <= {"ix_interactions_trash", "ix_interactions_own_trash"}
    for index, column in (
        ("ix_interactions_trash", "site_id = "),
        ("ix_interactions_own_trash", "created_by = "),
    ):
        scan = scanned(page, index)
        assert scan["Scan Direction"] == "Backward"
        assert column in scan["Index Cond"]
        assert ("deleted_at <= " in scan["Index Cond"]) == (place is not None)


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"behind": BEHIND},
        {"changed_by": 7, "change_types": [ChangeType.CREATE]},
        {"since": BEHIND[0], "until": LATER},
    ],
    ids=["first", "behind", "by somebody", "period"],
)
async def test_activity_comes_in_order_out_of_an_index_and_is_read_by_key(
    asked: dict[str, Any], pool: DirectPool
) -> None:
    # Of a site that has half of all changes the index of all sites may serve as well.
    scope = SiteScope(1, {2: Role.VIEWER})
    async with snapshot(pool, scope, in_order=True) as seen:
        asking = Asking(seen, Question(Every(), LAST_DELETED_FIRST, limit=20), seconds=60)
        values = activity.values_of(activity.Wanted(limit=21, **asked))
        nodes = await explained(asking, activity.ACTIVITY, values)

    along = scanned(nodes, "ix_interaction_changes_site_changed_at")
    assert along["Node Type"] == "Index Only Scan"
    assert "site_id = " in along["Index Cond"]
    assert "ROW(" in along["Index Cond"]
    assert "changed_at >= " in along["Index Cond"]
    assert not any(node["Node Type"] in {"Sort", "Hash Join"} for node in nodes)
    # Of people there are so few here that they are all read.
    assert {node["Relation Name"] for node in nodes if node["Node Type"] == "Seq Scan"} <= {"users"}
    assert {"pk_interaction_changes", "pk_operations", "uq_operations_undo_id"} <= scans(
        nodes
    ).keys()
