"""How the database finds pages and numbers, under the role and the policies of the application."""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Interval, func, literal, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.config import Settings
from app.core.database import create_engine
from app.core.direct_pool import DirectPool
from app.core.statement import Statement, compile_statement
from app.core.vocabulary import Role
from app.interactions import reading
from app.interactions.finding import counts, indexed, numbers, pages, walks
from app.interactions.finding.asking import ALL, Asking
from app.interactions.finding.needles import needles
from app.interactions.finding.numbers import Counted
from app.interactions.finding.parameters import of_sites
from app.interactions.finding.question import Question
from app.interactions.finding.rest import Rest
from app.interactions.finding.tree import DOCUMENT, Every, Leaf, Not
from app.interactions.sorting import SortTerm
from app.models import Interaction
from app.tenancy.scope import SiteScope
from app.tenancy.snapshot import Snapshot, snapshot
from tests.conftest import Database, MakeMigrated, drop_database

Node = dict[str, Any]

START = datetime(2026, 1, 1, tzinfo=UTC)
BEHIND = (datetime(2026, 2, 1, tzinfo=UTC), 5_000)

FILL = (
    "INSERT INTO app.users (username, email, full_name) VALUES ('ada', 'ada@example.org', 'Ada')",
    "INSERT INTO app.sites (name, timezone) SELECT 'Site ' || n, 'UTC'"
    " FROM generate_series(1, 120) n",
    # The first five sites have half of all rows. Every word of a number is rare.
    "INSERT INTO app.interactions (site_id, title, type, lead, start_datetime, end_datetime,"
    " timezone, location, description, created_by, updated_by)"
    " SELECT CASE WHEN n % 2 = 0 THEN 1 + n % 5 ELSE 1 + n % 120 END,"
    " 'Kickoff ' || md5(CAST(n AS text)),"
    " (ARRAY['CALL', 'MEETING', 'EMAIL', 'OTHER'])[1 + n % 4], 'Lead ' || n % 50,"
    " CAST(:start AS timestamptz) + n * interval '7 minutes',"
    " CAST(:start AS timestamptz) + n * interval '7 minutes' + interval '1 hour',"
    " 'UTC', 'Room', 'What was said ' || md5(CAST(n * 7 AS text)), u.id, u.id"
    " FROM app.users u, generate_series(1, 24000) n",
    "INSERT INTO app.interaction_counts (site_id, type, month, interactions, minutes)"
    " SELECT site_id, type, date_trunc('month', start_datetime, 'UTC'), count(*), count(*) * 60"
    " FROM app.interactions GROUP BY 1, 2, 3",
    "INSERT INTO app.site_counters (site_id, writes, interactions)"
    " SELECT site_id, count(*), count(*) FROM app.interactions GROUP BY 1",
)


@pytest.fixture(scope="module")
async def filled(make_migrated: MakeMigrated) -> AsyncIterator[Database]:
    """A database that holds a lot, and the same each time."""
    found = await make_migrated()
    admin = create_engine(found.admin_url, pool_size=1, statement_seconds=60)
    async with admin.begin() as connection:
        for statement in FILL:
            values = {"start": START} if ":start" in statement else {}
            await connection.execute(text(statement), values)
    await vacuum(admin)
    await admin.dispose()
    yield found
    await drop_database(found.admin_url)


async def vacuum(admin: AsyncEngine) -> None:
    async with admin.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("VACUUM ANALYZE"))


@pytest.fixture(scope="module")
async def pool(filled: Database, settings: Settings) -> AsyncIterator[DirectPool]:
    """The application's own way to that database."""
    url = filled.app_url.render_as_string(hide_password=False)
    found = DirectPool(Settings(**settings.model_dump() | {"database_url": url}))
    await found.open()
    yield found
    await found.close()


def scope_of(sites: int) -> SiteScope:
    return SiteScope(1, dict.fromkeys(range(1, sites + 1), Role.VIEWER))


def asking_for(
    seen: Snapshot, *parts: Leaf | Not, field: str = "start_datetime", **over: Any
) -> Asking:
    order = (SortTerm(field, descending=True),)
    return Asking(seen, Question(Every(parts), order, limit=20, **over), seconds=60)


async def explained(
    asking: Asking, statement: Statement, values: dict[str, object] | None = None
) -> list[Node]:
    """The nodes of a statement's plan."""
    explain = Statement(f"EXPLAIN (FORMAT JSON) {statement.sql}", statement.names, statement.given)
    (row,) = await asking.fetch(explain, {"most": 10_001, "steps": 500, **(values or {})})
    return list(_nodes(json.loads(row["QUERY PLAN"])[0]["Plan"]))


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.get("Plans", ()):
        yield from _nodes(child)


def scans(nodes: list[Node]) -> dict[str, list[Node]]:
    """The scans of each index."""
    found: dict[str, list[Node]] = {}
    for node in nodes:
        if "Index Name" in node:
            found.setdefault(node["Index Name"], []).append(node)
    return found


def tables(nodes: list[Node]) -> set[str]:
    return {node["Relation Name"] for node in nodes if "Relation Name" in node}


def whole_reads(nodes: list[Node]) -> list[Node]:
    """The nodes that read all interactions."""
    return [
        node
        for node in nodes
        if node["Node Type"].endswith("Seq Scan") and node["Relation Name"] == "interactions"
    ]


def long_sorts(nodes: list[Node]) -> list[Node]:
    """The nodes that sort very many rows."""
    return [
        node for node in nodes if node["Node Type"].endswith("Sort") and node["Plan Rows"] > 500
    ]


@pytest.mark.parametrize("place", [None, BEHIND], ids=["first", "behind"])
@pytest.mark.parametrize(
    ("sites", "index"),
    [
        (1, "ix_interactions_site_start"),
        (5, "ix_interactions_site_start"),
        (100, "ix_interactions_start"),
    ],
)
async def test_a_list_comes_in_order_out_of_an_index(
    sites: int, index: str, place: tuple[object, ...] | None, pool: DirectPool
) -> None:
    async with snapshot(pool, scope_of(sites), in_order=sites > 1) as seen:
        asking = asking_for(seen, place=place)
        nodes = await explained(asking, pages.list_page(asking.form, Counted()))

    assert whole_reads(nodes) == long_sorts(nodes) == []
    (scan,) = scans(nodes)[index]
    assert scan["Node Type"] in {"Index Scan", "Index Only Scan"}
    condition = scan.get("Index Cond", "")
    assert ("site_id = " in condition) == (sites <= 8)
    assert ("ROW(" in condition) == (place is not None)


@pytest.mark.parametrize("place", [None, BEHIND], ids=["first", "behind"])
async def test_the_list_of_one_type_comes_in_order_out_of_an_index(
    place: tuple[object, ...] | None, pool: DirectPool
) -> None:
    async with snapshot(pool, scope_of(1)) as seen:
        asking = asking_for(seen, Leaf("type", "eq", "CALL"), place=place)
        nodes = await explained(asking, pages.list_page(asking.form, None))

    assert whole_reads(nodes) == long_sorts(nodes) == []
    assert scans(nodes).keys() & {"ix_interactions_site_type_start", "ix_interactions_site_start"}


@pytest.mark.parametrize(
    ("sites", "index"),
    [
        (1, "ix_interactions_site_start"),
        (5, "ix_interactions_site_start"),
        (120, "ix_interactions_start"),
    ],
)
async def test_a_walk_goes_along_the_index_of_times(
    sites: int, index: str, pool: DirectPool
) -> None:
    async with snapshot(pool, scope_of(sites), planned_anew=True, in_order=sites > 1) as seen:
        asking = asking_for(seen, Leaf(DOCUMENT, "contains", "kickoff"))
        rest = Rest.of(asking, await needles(seen, asking.question.where))
        statement = walks.walked_page(asking.form, rest.form)
        nodes = await explained(asking, statement, rest.values)

    assert whole_reads(nodes) == long_sorts(nodes) == []
    assert index in scans(nodes)
    # Of few sites the places are merged first, and then looked up; else rows are read on the way.
    assert (scans(nodes).keys() == {index}) == (sites != 5)


async def test_what_no_index_in_order_knows_is_looked_at_with_the_words(pool: DirectPool) -> None:
    word, kind = Leaf(DOCUMENT, "contains", "c4ca4238"), Leaf("type", "eq", "CALL")
    since = Leaf("start_datetime", "gte", START)
    others = (Not(Leaf(DOCUMENT, "contains", "a")), Leaf("created_by", "eq", 1))
    async with snapshot(pool, scope_of(5), planned_anew=True) as seen:
        asking = asking_for(seen, word, kind, *others, since)
        rest = Rest.of(asking, await needles(seen, asking.question.where))

    assert rest.where == Every((kind, since))


@pytest.mark.parametrize("is_counted", [False, True], ids=["page", "count"])
@pytest.mark.parametrize("field", ["start_datetime", "title"])
@pytest.mark.parametrize("sites", [1, 5, 120])
async def test_words_are_looked_up_in_their_index(
    sites: int,
    field: str,
    is_counted: bool,
    pool: DirectPool,
) -> None:
    async with snapshot(pool, scope_of(sites), planned_anew=True) as seen:
        words = (Leaf(DOCUMENT, "contains", "c4ca4238"), Leaf(DOCUMENT, "contains", "kickoff"))
        asking = asking_for(seen, *words, field=field)
        rest = Rest.of(asking, await needles(seen, asking.question.where))
        make = indexed.indexed_count if is_counted else indexed.indexed_page
        nodes = await explained(asking, make(asking.form, rest.lookup), rest.values)

    assert rest.lookup.has_many_sites == (sites >= indexed.MANY)
    assert whole_reads(nodes) == []
    (scan,) = scans(nodes)["ix_interactions_document"]
    assert scan["Node Type"] == "Bitmap Index Scan"
    assert "c4ca4238" in scan["Index Cond"]
    assert "~~" in scan["Index Cond"]
    # Few sites are looked up along with the words, many are compared row by row.
    assert ("&&" in scan["Index Cond"]) == (sites < indexed.MANY)
    assert not any(node["Node Type"] == "BitmapAnd" for node in nodes)


async def test_without_the_views_the_index_of_words_would_serve_nobody(pool: DirectPool) -> None:
    words = Interaction.document.like("%c4ca4238%")
    async with snapshot(pool, scope_of(1)) as seen:
        statement = compile_statement(select(Interaction.id).where(words))
        nodes = await explained(asking_for(seen), statement)

    assert not any("~~" in node.get("Index Cond", "") for node in nodes)


@pytest.mark.parametrize("sites", [1, 5, 100])
@pytest.mark.parametrize(
    "counted",
    [None, Counted(), Counted(by_type=True), Counted(by_type=True, is_from=True, is_to=True)],
)
async def test_kept_numbers_are_read_without_any_interaction(
    sites: int, counted: Counted | None, pool: DirectPool
) -> None:
    values: dict[str, object] = {
        "types": ["CALL"],
        "from_month": START.date(),
        "to_month": START.date(),
    }
    async with snapshot(pool, scope_of(sites)) as seen:
        asking = asking_for(seen)
        statement = compile_statement(numbers.numbers(asking.form.sites, counted))
        nodes = await explained(asking, statement, values)

    expected = {"site_counters", "interaction_deltas"}
    if counted and not counted.is_all:
        expected |= {"interaction_counts"}
    assert tables(nodes) == expected


async def test_rows_are_counted_from_an_index_alone(pool: DirectPool) -> None:
    hours = func.sum(Interaction.end_datetime - Interaction.start_datetime, type_=Interval())
    async with snapshot(pool, scope_of(1), in_order=True) as seen:
        asking = asking_for(seen, Leaf("start_datetime", "gte", BEHIND[0]))
        by_lead = (
            select(Interaction.lead, func.count().label("number"), hours.label("hours"))
            .where(
                of_sites(Interaction.site_id, asking.form.sites),
                Interaction.deleted_at.is_(None),
                Interaction.start_datetime >= literal(BEHIND[0]),
            )
            .group_by(Interaction.lead)
        )
        aggregate = await explained(asking, compile_statement(by_lead))
        count = await explained(asking, counts.count(asking.form), {"most": ALL})

    for nodes in (aggregate, count):
        (scan,) = scans(nodes)["ix_interactions_site_start"]
        assert scan["Node Type"] == "Index Only Scan"
        assert "site_id = " in scan["Index Cond"]
        assert "start_datetime >= " in scan["Index Cond"]


@pytest.mark.parametrize("sites", [1, 5, 100])
async def test_one_interaction_is_read_by_its_key(sites: int, pool: DirectPool) -> None:
    async with snapshot(pool, scope_of(sites)) as seen:
        asking = asking_for(seen)
        nodes = await explained(asking, reading._ONE, {"id": 5_000})

    (used,) = scans(nodes)
    assert used in {"ix_interactions_id", "pk_interactions"}
    assert whole_reads(nodes) == long_sorts(nodes) == []


@pytest.mark.parametrize("sites", [1, 5, 100])
async def test_what_is_shown_of_a_row_is_read_by_its_key(sites: int, pool: DirectPool) -> None:
    async with snapshot(pool, scope_of(sites), in_order=sites > 1) as seen:
        asking = asking_for(seen)
        nodes = await explained(asking, pages.list_page(asking.form, None))

    keys = scans(nodes).keys() & {"pk_interactions", "ix_interactions_id"}
    assert len(keys) == 1
