"""What a search may ask: anything as text, up to a size, and for as long as there is time."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core import direct_pool
from app.core.config import Settings
from app.core.direct_pool import DirectPool
from app.core.statement import Statement
from app.interactions import listing
from app.interactions.finding import counts
from tests.desk import Desk, error_of, refused_fields

PATHS = ["/interactions", "/search/interactions", "/sites/{site_id}/interactions"]

ORDINARY = {
    "percent": "100% sure",
    "underscore": "snake_case",
    "backslash": r"C:\temp\new",
    "quote": "John's",
    "dollar": "costs $1 and $2",
    "colon": "name :value",
    "semicolon": "a; DROP TABLE interactions",
    "comment": "-- /* */",
    "right to left": "אבג العربية",
    "emoji": "👩‍👩‍👧‍👦 👍🏽",
    "joined": "क्ष ﬃ",
    "ideographs": "会議室の予定",
    "ascii art": "<<==>>",
    "brackets": "[a] (b) {c}",
}


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time enough, however busy the machine is."""
    monkeypatch.setattr(listing, "SECONDS", 60)


@pytest.fixture
async def single_connection(api: FastAPI, settings: Settings) -> AsyncIterator[DirectPool]:
    """All reads have the same connection, one after the other."""
    pool = DirectPool(settings.model_copy(update={"database_pool_size": 1}))
    await pool.open()
    usual, api.state.direct_pool = api.state.direct_pool, pool
    yield pool
    api.state.direct_pool = usual
    await pool.close()


@asynccontextmanager
async def out_of_reach(admin_engine: AsyncEngine) -> AsyncIterator[None]:
    """Meanwhile whoever touches an interaction waits."""
    async with admin_engine.connect() as connection:
        await connection.execute(text("LOCK TABLE app.interactions IN ACCESS EXCLUSIVE MODE"))
        yield
        await connection.rollback()


@contextmanager
def endless_count() -> Iterator[None]:
    """Counting takes for ever, and nothing else does."""
    with pytest.MonkeyPatch.context() as patch:
        endless = Statement("SELECT 1 AS total FROM pg_sleep(60)", (), {})
        patch.setattr(counts, "count", lambda _form: endless)
        yield


@pytest.mark.parametrize("word", ORDINARY.values(), ids=ORDINARY.keys())
async def test_every_character_stands_for_itself(word: str, desk: Desk) -> None:
    await desk.create(description=f"Before {word} behind")
    await desk.create(description="Before 100x sure, snakeXcase, C:temp, 1 and 2 behind")

    for asked in (f'"{word}"', f'"{word.upper()}"'):
        page = await desk.listed(f"q={quote(asked)}")
        assert [row["description"] for row in page["interactions"]] == [f"Before {word} behind"]
    for one in word.split():
        assert (await desk.listed(f"q={quote(f'{chr(34)}{one}{chr(34)}')}"))["total"] >= 1


@pytest.mark.parametrize(
    ("stored", "asked"), [("ΟΔΟΣ", "οδος"), ("οδός", "ΟΔΟΣ"), ("Οδοσ", "οδος"), ("ΣΑΣ", "σας")]
)
async def test_greek_is_found_in_either_case(stored: str, asked: str, desk: Desk) -> None:
    await desk.create(description=f"Στην {stored} Αθηνάς")

    for query in (f"q={quote(asked)}", f"description={quote(asked)}"):
        assert (await desk.listed(query))["total"] == 1


@pytest.mark.parametrize("q", ["%", "_", "\\", "%%", "__", "%_%", "\\%", "a%", "%a", "_e_", "\\\\"])
async def test_what_would_be_a_pattern_elsewhere_is_none(q: str, desk: Desk) -> None:
    await desk.create(description="Nothing of the kind")

    assert (await desk.listed(f"q={quote(q)}"))["total"] == 0
    for field in ("title", "lead", "location", "description", "notes"):
        assert (await desk.listed(f"{field}={quote(q)}"))["total"] == 0


@pytest.mark.parametrize(
    ("q", "finds"),
    [
        ("", True),
        ("   ", True),
        ("%09%0A", True),
        ('"', True),
        ('""', True),
        ('"" ""', True),
        ("-", True),
        ('-""', True),
        ('"new line', True),  # as if it were closed at the end
        ('"new line" "of business', True),
        ('"line new"', False),
        ('new"line', False),
        ("-absent", True),
        ("-absent -missing", True),
        ("-line", False),
        ('-"new line"', False),
        ('-"line new"', True),
        ("new -line", False),
        ("--line", True),  # excludes `-line`
        ("-a", False),
        ("e", True),
        ("li ne", True),
        ("zz", False),
        ("n e w l i o b", True),
    ],
)
async def test_quotes_and_exclusions_in_any_number(q: str, *, finds: bool, desk: Desk) -> None:
    await desk.create(title="A new  line", description="of\r\nbusiness", notes="dash-")

    page = await desk.listed(f"q={q if q.startswith('%') else quote(q)}")

    assert page["total"] == int(finds)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "q",
    [
        "a" * 101,
        "会" * 101,
        " ".join("abcdefghi"),
        " ".join(f'"{letter} {letter}"' for letter in "abcdefghi"),
        " ".join(f"-{letter}" for letter in "abcdefghi"),
        "a\0b",
        "\0",
        "a\x1fb",
        "a\x7f",
        "a" * 10_000,
    ],
)
async def test_too_much_or_what_is_no_text_is_refused(q: str, path: str, desk: Desk) -> None:
    response = await desk.client.get(f"{path.format(site_id=desk.site.id)}?q={quote(q)}")

    assert error_of(response, 400)["code"] == "bad_request"
    assert refused_fields(response, 400).keys() == {"q"}


@pytest.mark.parametrize(
    "raw", ["%ED%A0%80", "%FF", "%C3%28", "%F5%80%80%80", "%80", "a%ED%BF%BFb"]
)
@pytest.mark.parametrize("name", ["q", "title", "location", "external_id"])
async def test_bytes_that_are_no_text_find_nothing_and_break_nothing(
    raw: str, name: str, desk: Desk
) -> None:
    await desk.create()

    response = await desk.client.get(f"/interactions?{name}={raw}")

    assert response.status_code in {200, 400}
    if response.status_code == 200:
        assert response.json()["total"] == 0


@pytest.mark.parametrize(
    "q",
    [
        "a" * 100,
        "会" * 100,
        "\U0001f600" * 100,
        "e\u0301" * 100,  # composed, these are a hundred
        '"' + " " * 98 + '"',
        '"' * 100,
        "-" * 100,
        "%" * 100,
        "\\" * 100,
        " ".join("abcdefgh"),
        "ﷺ" * 100,
        "\u200f\u202e abc",
    ],
)
async def test_the_most_that_there_may_be_is_answered(q: str, desk: Desk) -> None:
    await desk.create(description="e\u0301" * 200)

    response = await desk.client.get(f"/search/interactions?q={quote(q)}")

    assert response.status_code == 200, response.text


async def test_very_long_texts_are_searched_to_their_end(desk: Desk) -> None:
    await desk.create(description="ab " * 6_660 + "needle", notes="ß" * 19_990 + " ende")

    for q in ("needle", '"ab needle"', "ende", "ssss", '"ab ab ab needle" ende'):
        assert (await desk.listed(f"q={quote(q)}"))["total"] == 1, q
    assert (await desk.listed(f"q={quote('needle needles')}"))["total"] == 0


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "query", ["q=said", "q=is", "lead=smith", "sort=title", "q=-said&count=exact"]
)
async def test_what_takes_too_long_is_refused_with_advice(
    path: str,
    query: str,
    desk: Desk,
    single_connection: DirectPool,
    admin_engine: AsyncEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await desk.create()
    address = f"{path.format(site_id=desk.site.id)}?{query}"

    monkeypatch.setattr(listing, "SECONDS", 0.1)
    async with out_of_reach(admin_engine):
        response = await desk.client.get(address)
    monkeypatch.setattr(listing, "SECONDS", 60)
    again = await desk.client.get(address)

    error = error_of(response, 400)
    assert error["code"] == "query_too_broad"
    assert "narrow" in error["message"]
    assert any(word in error["message"] for word in ("site", "date", "word"))
    assert again.status_code == 200  # on the same connection
    assert single_connection._pool.get_size() == 1


async def test_reading_one_that_takes_too_long_is_unavailable(
    api: FastAPI,
    desk: Desk,
    settings: Settings,
    admin_engine: AsyncEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    row = await desk.create()
    monkeypatch.setattr(direct_pool, "API_STATEMENT_SECONDS", 1)
    usual = api.state.direct_pool
    api.state.direct_pool = DirectPool(settings)
    await api.state.direct_pool.open()
    try:
        async with out_of_reach(admin_engine):
            response = await desk.client.get(f"/interactions/{row['id']}")
    finally:
        await api.state.direct_pool.close()
        api.state.direct_pool = usual

    assert error_of(response, 503)["code"] == "unavailable"
    assert int(response.headers["Retry-After"]) > 0


async def test_a_search_that_nobody_waits_for_is_given_up(
    desk: Desk, single_connection: DirectPool, admin_engine: AsyncEngine
) -> None:
    await desk.create()

    async with out_of_reach(admin_engine):
        task = asyncio.create_task(desk.client.get("/interactions?q=said"))
        await until_waiting(admin_engine)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert (await asked_for(admin_engine)) == 0

    assert (await desk.listed("q=said"))["total"] == 1


WAITING = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND wait_event_type = 'Lock' AND usename = 'ims_app'"
)


async def asked_for(admin_engine: AsyncEngine) -> int:
    async with admin_engine.connect() as connection:
        return await connection.scalar(WAITING) or 0


async def until_waiting(admin_engine: AsyncEngine) -> None:
    while not await asked_for(admin_engine):
        pass


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("include", ["", "&include=site,creator,updater"])
async def test_a_page_comes_without_a_total_when_only_that_took_too_long(
    path: str,
    include: str,
    desk: Desk,
    single_connection: DirectPool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = [await desk.create() for _ in range(3)]
    address = f"{path.format(site_id=desk.site.id)}?timezone=Europe/Paris&page_size=2{include}"

    monkeypatch.setattr(listing, "SECONDS", 1.5)
    with endless_count():
        response = await desk.client.get(address)

    page = response.json()
    assert response.status_code == 200, response.text
    assert {row["id"] for row in page["interactions"]} < {row["id"] for row in rows}
    assert all("creator" in row for row in page["interactions"]) == bool(include)
    assert (page["total"], page["total_is_exact"], page["total_pages"]) == (None, False, None)
    assert page["next_cursor"]
    assert (await desk.listed("timezone=Europe/Paris"))["total"] == 3
    assert single_connection._pool.get_size() == 1


async def test_an_exact_total_that_takes_too_long_is_refused(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.create()

    monkeypatch.setattr(listing, "SECONDS", 0.5)
    with endless_count():
        response = await desk.client.get("/interactions?timezone=Europe/Paris&count=exact")

    assert error_of(response, 400)["code"] == "query_too_broad"


async def test_without_a_total_nothing_is_counted(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.create()

    with endless_count():
        page = await desk.listed("timezone=Europe/Paris&count=none")

    assert (len(page["interactions"]), page["total"]) == (1, None)
