"""What is in an export: all that is asked for, as it was written, and nothing else."""

import csv
import io
from datetime import timedelta

import orjson
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.vocabulary import Role
from app.reports.exporting.columns import NAMES
from app.reports.kinds import FORMATS
from app.reports.makers import MAKERS
from tests.desk import ClientFor
from tests.factories import START, Make, body
from tests.reports.conftest import JSONL, Office

AWKWARD = 'He said "no", \\n; then: \N{SNOWMAN} Z"\nand Z""\n\r\nmore, {1,2} $1 %s \\. end'


async def test_every_kind_and_format_has_somebody_to_make_it() -> None:
    assert MAKERS.keys() == {(kind, one) for kind, formats in FORMATS.items() for one in formats}


async def test_an_export_holds_what_the_api_answers(office: Office, make: Make) -> None:
    row = await make.interaction(office.site, office.user, notes="One\nTwo", external_id="X-1")
    answered = (await office.client.get(f"/interactions/{row.id}")).json()
    assert answered.pop("confidential_notes") is None  # of which no export knows
    assert answered.pop("legal_hold") is False

    (line,) = (await office.file(**JSONL)).splitlines()
    (cells,) = await office.table()

    exported = orjson.loads(line)
    for moment in ("created_at", "updated_at"):
        answered[moment] = answered[moment][:19] + "Z"  # to the second
    assert exported == answered | {"site": office.site.name}
    assert cells == {name: "" if value is None else str(value) for name, value in exported.items()}


async def test_any_text_comes_back_as_it_was_written(office: Office, make: Make) -> None:
    for words in (AWKWARD, "x" * 20_000, "\N{GRINNING FACE}" * 50, "'quoted'", "0012", "1e5"):
        await make.interaction(office.site, office.user, description=words, notes=words)

    cells = await office.table()
    lines = [orjson.loads(line) for line in (await office.file(**JSONL)).splitlines()]

    for found in (cells, lines):
        assert {row["description"] for row in found} == {row["notes"] for row in found}
        assert AWKWARD in {row["description"] for row in found}
        assert len(found) == 6


async def test_csv_has_a_mark_quotes_and_windows_line_ends(office: Office, make: Make) -> None:
    await make.interaction(office.site, office.user, description="a\nb", location=None)

    raw = await office.file()

    head, row, rest = raw.split(b"\r\n")
    assert head == b"\xef\xbb\xbf" + ",".join(f'"{name}"' for name in NAMES).encode()
    assert row.startswith(b'"')
    assert b'"a\nb"' in row
    assert rest == b""


async def test_without_rows_there_is_a_head_alone(office: Office) -> None:
    assert await office.table() == []
    assert await office.file(**JSONL) == b""


@pytest.mark.parametrize(
    "start",
    [
        *("=", "+", "-", "@", " =", "\N{NO-BREAK SPACE}@", "\N{FULLWIDTH EQUALS SIGN}"),
        *("\N{FULLWIDTH PLUS SIGN}", "\N{FULLWIDTH HYPHEN-MINUS}"),
        "\N{FULLWIDTH COMMERCIAL AT}",
    ],
)
async def test_no_cell_is_a_formula(office: Office, make: Make, start: str) -> None:
    formula = f"{start}HYPERLINK(1)"
    fields = ("title", "lead", "location", "description", "notes", "external_id")
    await make.interaction(office.site, office.user, **dict.fromkeys(fields, formula))

    (cells,) = await office.table()

    assert {cells[name] for name in fields} == {f"'{formula}"}
    (line,) = (await office.file(**JSONL)).splitlines()
    assert orjson.loads(line)["title"] == formula  # there is nothing to compute in JSON


async def test_confidential_notes_are_in_no_export(
    make: Make, client_for: ClientFor, office: Office
) -> None:
    admin = await make.member(office.site, role=Role.SITE_ADMIN)
    client, secret = client_for(admin), "a secret of somebody"
    created = await client.post("/interactions", json=body(confidential_notes=secret))
    assert created.status_code == 201
    own = Office(office.site, admin, client, office.bench)

    for form in ({}, JSONL):
        content = await own.file(**form)
        assert b"Project kickoff" in content
        assert secret.encode() not in content
        assert b"confidential" not in content


async def test_filters_and_order_are_those_of_a_search(office: Office, make: Make) -> None:
    for number in range(5):
        await make.interaction(
            office.site,
            office.user,
            title=f"Title {number}",
            type="CALL" if number % 2 else "MEETING",
            start_datetime=START + timedelta(days=number),
            end_datetime=START + timedelta(days=number, hours=1),
        )
    filters = {
        "q": "title",
        "where": {"field": "type", "op": "in", "value": ["meeting"]},
        "sort": ["title"],
    }

    rows = await office.table(filters=filters)
    newest = await office.table(filters={"sort": ["relevance"], "q": "title"})

    found = await office.client.post("/search/interactions", json=filters)
    assert [int(row["id"]) for row in rows] == [row["id"] for row in found.json()["interactions"]]
    assert [row["title"] for row in rows] == ["Title 0", "Title 2", "Title 4"]
    assert [row["title"] for row in newest] == [f"Title {number}" for number in (4, 3, 2, 1, 0)]


async def test_a_saved_search_is_exported_as_it_is(office: Office, make: Make) -> None:
    await make.interaction(office.site, office.user, title="The one that is wanted")
    await make.interaction(office.site, office.user, title="Another one")
    search = {"name": "Wanted", "query": {"q": "wanted"}}
    saved = (await office.client.post("/saved-searches", json=search)).json()

    rows = await office.table(saved_search_id=saved["id"])

    assert [row["title"] for row in rows] == ["The one that is wanted"]


async def test_an_export_is_about_the_sites_that_are_named(office: Office, make: Make) -> None:
    other, foreign = await make.site(), await make.site()
    await make.membership(other, office.user, Role.VIEWER)
    for site in (office.site, other, foreign):
        await make.interaction(site, office.user, title=f"At {site.id}")

    every = await office.table()
    one = await office.table(site_ids=[other.id])

    assert {int(row["site_id"]) for row in every} == {office.site.id, other.id}
    assert {row["site"] for row in one} == {other.name}


async def test_many_rows_are_written_whole_and_counted(
    office: Office, make: Make, admin_engine: AsyncEngine
) -> None:
    row = await make.interaction(office.site, office.user, description=AWKWARD)
    copies = text(
        "INSERT INTO app.interactions (site_id, title, type, lead, start_datetime,"
        " end_datetime, timezone, description, created_by, updated_by)"
        " SELECT site_id, title, type, lead, start_datetime, end_datetime, timezone,"
        " description || n, created_by, updated_by"
        " FROM app.interactions, generate_series(1, 4999) AS n WHERE id = :id"
    )
    async with admin_engine.begin() as connection:
        await connection.execute(copies, {"id": row.id})

    report = await office.made()
    raw = (await office.client.get(f"/reports/{report['id']}/download")).content

    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    assert len(rows) == 5_001
    assert {len(row) for row in rows} == {len(NAMES)}
    assert (report["rows_done"], report["rows_total"], report["progress"]) == (5_000, 5_000, 100)
