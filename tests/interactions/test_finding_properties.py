"""Whatever is asked and by whichever way it is found, it is what a naive reader would find."""

import os
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.config import Settings
from app.core.direct_pool import DirectPool
from app.core.errors import QueryTooBroad
from app.core.statement import Statement
from app.core.vocabulary import Role
from app.interactions import listing
from app.interactions.finding import asking, counts, find, indexed, numbers, pages, rest, walks
from app.interactions.finding.columns import place_of
from app.interactions.finding.counting import Counting
from app.interactions.finding.from_filters import tree_of
from app.interactions.finding.question import Found, Question
from app.interactions.sorting import SortTerm, parse_sort
from app.tenancy.scope import SiteScope
from app.tenancy.snapshot import snapshot
from tests.conftest import Database
from tests.desk import ClientFor, Desk
from tests.factories import Make
from tests.interactions.library import TYPES, ZONES, Library, Row, make_library
from tests.interactions.naive import Asked, Part, answer, by_relevance, questions
from tests.interactions.statements import sent

MANY_EXAMPLES = 10_000 if "IMS_LOAD" in os.environ else 60
SECONDS = 60

pytestmark = [
    pytest.mark.covered_elsewhere,
    pytest.mark.timeout(120 if MANY_EXAMPLES < 10_000 else 4 * 60 * 60),
]

EXAMPLES = settings(
    max_examples=MANY_EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module", autouse=True)
def patience() -> Iterator[None]:
    """Time enough, however busy the machine is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listing, "SECONDS", SECONDS)
        yield


@pytest.fixture(scope="module")
async def library(make: Make, admin_engine: AsyncEngine) -> Library:
    found = await make_library(make, admin_engine)
    for site in found.sites:
        await make.membership(site, found.reader, Role.VIEWER)
    return found


@pytest.fixture(scope="module")
async def past_row_level_security(
    settings: Settings, database: Database
) -> AsyncIterator[DirectPool]:
    """Connections of a superuser: what keeps sites apart there is in the statements alone."""
    url = SecretStr(database.admin_url.render_as_string(hide_password=False))
    pool = DirectPool(settings.model_copy(update={"database_url": url}))
    await pool.open()
    yield pool
    await pool.close()


Ways = Counter[str]

STATEMENTS = (
    *((pages, "list_page"), (pages, "whole_page"), (walks, "walked_page")),
    *((indexed, "indexed_page"), (indexed, "indexed_count"), (counts, "count")),
)


@contextmanager
def bounds(
    *, small: int = 5_000, steps: tuple[int, int] = (500, 5_000), many: int = 100, cap: int = 10_000
) -> Iterator[Ways]:
    """Other bounds between the ways of finding; in the end, which statements were sent."""
    taken: Ways = Counter()
    names: dict[str, str] = {}

    def named(name: str, make: Callable[..., Statement]) -> Callable[..., Statement]:
        def made(*given: Any) -> Statement:
            statement = make(*given)
            many = any(one.has_many_sites for one in given if isinstance(one, indexed.Lookup))
            names[statement.sql] = f"{name} of many sites" if many else name
            return statement

        return made

    with pytest.MonkeyPatch.context() as patch, sent() as statements:
        for module, name, value in (
            *((find, "SMALL", small), (find, "CAP", cap), (asking, "CAP", cap)),
            *((find, "FEWEST_STEPS", steps[0]), (find, "MOST_STEPS", steps[1])),
            (rest, "MANY", many),
        ):
            patch.setattr(module, name, value)
        for module, name in STATEMENTS:
            patch.setattr(module, name, named(name, getattr(module, name)))
        yield taken
        taken.update(names[sql] for sql in statements if sql in names)


def scope_of(library: Library, asked: Asked) -> SiteScope:
    ids = [library.sites[number].id for number in asked.sites]
    return SiteScope(library.reader.id, dict.fromkeys(ids, Role.VIEWER))


def question_of(asked: Asked, counting: Counting = Counting.CAPPED) -> Question:
    offset = (asked.page - 1) * asked.page_size
    where = tree_of(asked.as_filters())
    return Question(where, asked.order, asked.page_size, offset=offset, counting=counting)


async def found_by(
    pool: DirectPool, library: Library, asked: Asked, question: Question, **plan: bool
) -> Found:
    async with snapshot(pool, scope_of(library, asked), **plan) as seen:
        return await find.find(seen, question, seconds=SECONDS)


def check_page(found: Found, asked: Asked, expected: list[Row]) -> None:
    """Whether a page by its number is the one of a naive reader."""
    start = (asked.page - 1) * asked.page_size
    wanted = [row.id for row in expected[start : start + asked.page_size]]
    assert [row["id"] for row in found.rows] == wanted
    assert found.has_more == (len(expected) > start + asked.page_size)


def check_total(found: Found, question: Question, expected: list[Row], *, cap: int) -> None:
    """Whether the total is the number of rows, or says that it is not."""
    number = len(expected)
    if question.counting is Counting.NONE:
        assert (found.total, found.is_exact) == (None, False)
    elif question.counting is Counting.EXACT or number <= cap or found.is_exact:
        assert (found.total, found.is_exact) == (number, True)
        is_kept = numbers.counted_by(question.where) is not None
        assert number <= cap or is_kept or question.counting is Counting.EXACT
    else:
        assert (found.total, found.is_exact) == (cap, False)


@EXAMPLES
@given(data=st.data())
async def test_a_page_is_that_of_a_naive_reader(
    data: st.DataObject, library: Library, api: FastAPI
) -> None:
    asked = data.draw(questions(library))
    question = question_of(asked, data.draw(st.sampled_from(Counting)))
    cap = data.draw(st.sampled_from((5, 60, 10_000)))
    expected = await answer(library, asked)

    with bounds(
        small=data.draw(st.sampled_from((0, 30, 5_000))),
        steps=data.draw(st.sampled_from(((3, 10), (40, 400), (500, 5_000)))),
        many=data.draw(st.sampled_from((2, 100))),
        cap=cap,
    ):
        plan = {name: data.draw(st.booleans()) for name in ("planned_anew", "in_order")}
        found = await found_by(api.state.direct_pool, library, asked, question, **plan)

    check_page(found, asked, expected)
    check_total(found, question, expected, cap=cap)


@EXAMPLES
@given(data=st.data())
async def test_cursors_lead_through_all_that_a_naive_reader_finds(
    data: st.DataObject, library: Library, api: FastAPI
) -> None:
    asked = data.draw(questions(library))
    expected = [row.id for row in await answer(library, asked)]
    size = len(expected) // data.draw(st.integers(1, 5)) + 1
    question = Question(tree_of(asked.as_filters()), asked.order, size, counting=Counting.NONE)
    small, steps = data.draw(st.sampled_from(((0, (3, 10)), (0, (500, 5_000)), (5_000, (1, 1)))))

    ids: list[int] = []
    with bounds(small=small, steps=steps):
        has_more = True
        while has_more:
            found = await found_by(api.state.direct_pool, library, asked, question)
            ids += [row["id"] for row in found.rows]
            if has_more := found.has_more:
                place = tuple(place_of(found.rows[-1], asked.order))
                question = replace(question, place=place)

    assert ids == expected


@settings(EXAMPLES, max_examples=MANY_EXAMPLES // 2)
@given(data=st.data())
async def test_the_statements_alone_keep_sites_apart(
    data: st.DataObject, library: Library, past_row_level_security: DirectPool
) -> None:
    asked = data.draw(questions(library))
    expected = await answer(library, asked)

    with bounds(
        small=data.draw(st.sampled_from((0, 5_000))),
        steps=data.draw(st.sampled_from(((3, 10), (500, 5_000)))),
        many=data.draw(st.sampled_from((2, 100))),
    ):
        question = question_of(asked, Counting.EXACT)
        found = await found_by(past_row_level_security, library, asked, question)

    check_page(found, asked, expected)
    assert found.total == len(expected)


@settings(EXAMPLES, max_examples=MANY_EXAMPLES // 2)
@given(data=st.data())
async def test_an_address_finds_what_a_naive_reader_finds(
    data: st.DataObject, library: Library, client_for: ClientFor
) -> None:
    asked = data.draw(questions(library))
    desk = Desk(library.sites[0], library.reader, client_for(library.reader))
    path = data.draw(st.sampled_from(("/interactions", "/search/interactions")))
    expected = await answer(library, asked)

    page = await desk.listed(asked.as_address(library), path=path)
    ids = [row["id"] for row in page["interactions"]]
    while page["next_cursor"] and len(ids) < 5 * asked.page_size:
        address = asked.as_address(library, cursor=page["next_cursor"])
        page = await desk.listed(address, path=path)
        ids += [row["id"] for row in page["interactions"]]

    assert ids == [row.id for row in expected[: len(ids)]]
    assert page["next_cursor"] or len(ids) == len(expected)
    assert (page["total"], page["total_is_exact"]) == (len(expected), True)


@settings(EXAMPLES, max_examples=MANY_EXAMPLES // 2)
@given(data=st.data())
async def test_relevance_is_what_a_naive_reader_takes_it_for(
    data: st.DataObject, library: Library, api: FastAPI
) -> None:
    asked = replace(data.draw(questions(library)), page=1)
    cap = data.draw(st.sampled_from((60, 10_000)))
    question = replace(question_of(asked), order=tuple(parse_sort("relevance")))
    expected = await answer(library, asked)
    pool = api.state.direct_pool

    with bounds(small=data.draw(st.sampled_from((0, 5_000))), cap=cap):
        if len(expected) > cap:
            with pytest.raises(QueryTooBroad, match="More than"):
                await found_by(pool, library, asked, question)
            return
        first = await found_by(pool, library, asked, question)
        place = tuple(place_of(first.rows[-1], question.order)) if first.rows else None
        second = await found_by(pool, library, asked, replace(question, place=place))

    ids = [row["id"] for row in (*first.rows, *(second.rows if first.has_more else ()))]
    assert ids == [row.id for row in by_relevance(library, asked, expected)[: 2 * asked.page_size]]
    assert first.total == len(expected)


LETTERS, RARE, SHORT = Part("pla"), Part("тре"), Part("io")
BY_TITLE = (SortTerm("title", descending=False),)
INDEXED, INDEXED_MANY = "indexed_page", "indexed_page of many sites"


@pytest.mark.parametrize("counting", Counting)
@pytest.mark.parametrize("sites", [(0,), (0, 1, 2), range(10)], ids=["one", "few", "many"])
@pytest.mark.parametrize(
    ("asked", "limits", "ways"),
    [
        (Asked(), {}, {"list_page"}),
        (Asked(order=BY_TITLE), {}, {"list_page"}),
        (Asked(parts=(SHORT,)), {}, {"list_page"}),
        (Asked(parts=(Part("pla", is_excluded=True),)), {}, {"list_page"}),
        (Asked(parts=(LETTERS,)), {}, {"whole_page"}),
        (Asked(parts=(LETTERS,), filters={"timezone": ZONES[0]}), {}, {"whole_page"}),
        (Asked(parts=(LETTERS,)), {"small": 0}, {"walked_page"}),
        (Asked(parts=(LETTERS,), order=BY_TITLE), {"small": 0}, {INDEXED}),
        (Asked(parts=(LETTERS, SHORT)), {"small": 0, "steps": (1, 1)}, {"walked_page", INDEXED}),
        (
            Asked(parts=(RARE, LETTERS)),
            {"small": 0, "steps": (1, 1), "many": 1},
            {"walked_page", INDEXED_MANY},
        ),
    ],
)
async def test_a_way_is_taken_and_leads_to_what_there_is(
    asked: Asked,
    limits: dict[str, Any],
    ways: set[str],
    sites: Sequence[int],
    counting: Counting,
    library: Library,
    api: FastAPI,
) -> None:
    asked = replace(asked, sites=tuple(sites), page_size=5)
    expected = await answer(library, asked)
    assert len(expected) > 5

    with bounds(**limits) as taken:
        found = await found_by(api.state.direct_pool, library, asked, question_of(asked, counting))

    check_page(found, asked, expected)
    check_total(found, question_of(asked, counting), expected, cap=10_000)
    assert {way for way in taken if "page" in way} == ways


@pytest.mark.parametrize("many", [1, 100])
@pytest.mark.parametrize("word", ["lan_", "lan_b", "100%", "100%ig", "lan\\", "C:\\dir"])
async def test_no_character_of_a_word_is_special_to_the_index(
    word: str, many: int, library: Library, api: FastAPI
) -> None:
    asked = Asked(parts=(Part(word),), sites=tuple(range(10)), page_size=100)
    expected = await answer(library, asked)

    with bounds(small=0, steps=(1, 1), many=many) as taken:
        found = await found_by(api.state.direct_pool, library, asked, question_of(asked))

    check_page(found, asked, expected)
    assert {INDEXED, INDEXED_MANY} & set(taken)


@pytest.mark.parametrize(
    ("asked", "counting", "cap", "way"),
    [
        (Asked(), Counting.CAPPED, 5, None),  # the number is kept
        (Asked(filters={"type": TYPES[:2]}), Counting.CAPPED, 5, None),
        (Asked(filters={"timezone": ZONES[0]}), Counting.CAPPED, 5, "count"),
        (Asked(filters={"timezone": ZONES[0]}), Counting.EXACT, 5, "count"),
        (Asked(filters={"timezone": ZONES[0]}), Counting.NONE, 5, None),
        (Asked(parts=(LETTERS,)), Counting.CAPPED, 5, "count"),  # soon so many are found
        (Asked(parts=(LETTERS,)), Counting.CAPPED, 10_000, "indexed_count"),
        (Asked(parts=(LETTERS,)), Counting.EXACT, 5, "indexed_count"),
        (Asked(parts=(LETTERS,)), Counting.NONE, 5, None),
    ],
)
async def test_a_total_is_counted_by_the_shorter_way(
    asked: Asked, counting: Counting, cap: int, way: str | None, library: Library, api: FastAPI
) -> None:
    expected = await answer(library, asked)
    question = question_of(asked, counting)

    with bounds(small=0, cap=cap) as taken:
        found = await found_by(api.state.direct_pool, library, asked, question)

    check_page(found, asked, expected)
    check_total(found, question, expected, cap=cap)
    assert [name for name in taken if "count" in name] == ([way] if way else [])
