"""Cursors lead through the whole list, each row once, and are good for nothing else."""

from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import timedelta
from itertools import permutations
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.vocabulary import Role
from app.interactions import listing
from app.models import Site
from app.models.user import User
from tests.desk import ClientFor, Desk, Json, error_of, refused_fields
from tests.factories import START, Client, Make

FIELDS = [
    "start_datetime",
    "end_datetime",
    "created_at",
    "updated_at",
    "title",
    "type",
    "lead",
    "location",
    "site_id",
]
ROWS = 26


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time enough, however busy the machine is."""
    monkeypatch.setattr(listing, "SECONDS", 60)


@pytest.fixture(scope="module")
async def shelf(make: Make, client_for: ClientFor) -> Desk:
    """Three sites whose rows are much alike, so that hardly any order is without ties."""
    sites = [await make.site() for _ in range(3)]
    editor = await make.member(*sites)
    for number in range(ROWS):
        start = START + timedelta(hours=number % 4)
        await make.interaction(
            sites[number % 3],
            editor,
            title=["Plan A", "plan a", "Plán b", '"quoted" \\ %'][number % 4],
            lead=["Ann", "Ænn", "会議"][number % 3],
            location=[None, "", "Hall", "hall", "ⅷ"][number % 5],
            type=["CALL", "MEETING"][number % 2],
            start_datetime=start,
            end_datetime=start + timedelta(hours=1 + number % 2),
        )
    return Desk(sites[0], editor, client_for(editor))


async def walk(desk: Desk, query: str, *, path: str = "/interactions") -> list[Json]:
    """All rows, from cursor to cursor."""
    page = await desk.listed(query, path=path)
    rows = list(page["interactions"])
    number = 1
    while cursor := page["next_cursor"]:
        page = await desk.listed(f"{query}&cursor={cursor}", path=path)
        number += 1
        assert page["page"] == number
        assert page["interactions"], "a cursor led to an empty page"
        rows += page["interactions"]
    return rows


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("sites", [1, 3])
async def test_every_order_leads_through_all_rows(
    field: str, sign: str, sites: int, shelf: Desk
) -> None:
    query = f"sort={sign}{field}" + (f"&site_id={shelf.site.id}" if sites == 1 else "")
    whole = await shelf.listed(f"{query}&page_size=100")

    for page_size in (1, 4, 100):
        rows = await walk(shelf, f"{query}&page_size={page_size}")
        assert rows == whole["interactions"]


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    fields=st.sampled_from(list(permutations(FIELDS, 2)) + list(permutations(FIELDS[4:], 3))),
    signs=st.tuples(*[st.sampled_from(["", "-"])] * 3),
    filters=st.sampled_from(["", "&type=CALL", "&q=plan", "&q=-plan", "&q=hall+plan", "&q=a"]),
    page_size=st.integers(1, 12),
)
async def test_mixed_orders_lead_through_all_rows(
    fields: tuple[str, ...], signs: tuple[str, ...], filters: str, page_size: int, shelf: Desk
) -> None:
    sort = ",".join(sign + field for sign, field in zip(signs, fields, strict=False))
    query = f"sort={sort}{filters}"
    whole = await shelf.listed(f"{query}&page_size=100")

    rows = await walk(shelf, f"{query}&page_size={page_size}")

    assert rows == whole["interactions"]
    assert len({row["id"] for row in rows}) == whole["total"]


@pytest.mark.parametrize("path", ["/search/interactions", "/sites/{site_id}/interactions"])
@pytest.mark.parametrize("query", ["", "q=plan", "q=plan&sort=relevance", "sort=location"])
async def test_other_lists_have_cursors_as_well(path: str, query: str, shelf: Desk) -> None:
    path = path.format(site_id=shelf.site.id)
    whole = await shelf.listed(f"{query}&page_size=100", path=path)

    rows = await walk(shelf, f"{query}&page_size=3", path=path)

    assert len(rows) > 3
    assert rows == whole["interactions"]


async def test_the_page_size_may_change_on_the_way(shelf: Desk) -> None:
    first = await shelf.listed("page_size=2")
    second = await shelf.listed(f"page_size=5&cursor={first['next_cursor']}")
    third = await shelf.listed(f"cursor={second['next_cursor']}&page_size=100")

    rows = [row["id"] for page in (first, second, third) for row in page["interactions"]]
    whole = await shelf.listed("page_size=100")
    assert rows == [row["id"] for row in whole["interactions"]]
    assert third["next_cursor"] is None


async def test_a_cursor_goes_on_behind_any_page(shelf: Desk) -> None:
    third = await shelf.listed("page=3&page_size=4")
    rest = await shelf.listed(f"page_size=100&cursor={third['next_cursor']}")

    whole = await shelf.listed("page_size=100")
    assert rest["interactions"] == whole["interactions"][12:]
    assert rest["page"] == 4


@pytest.mark.parametrize("sort", ["-start_datetime", "title", "location", "-location,lead"])
async def test_what_comes_or_goes_meanwhile_moves_no_other_row(sort: str, desk: Desk) -> None:
    rows = [
        await desk.create(
            title=f"Title {n % 3}",
            location=[None, "Hall"][n % 2],
            start_datetime=f"2026-06-1{n}T14:00:00Z",
            end_datetime="2026-06-30T14:00:00Z",
        )
        for n in range(9)
    ]
    query = f"sort={sort}&page_size=2"
    kept = {row["id"] for row in rows}

    page, seen = await desk.listed(query), list[int]()
    while True:
        seen += [row["id"] for row in page["interactions"]]
        if not page["next_cursor"]:
            break
        await desk.create(title=f"Title {len(seen) % 5}", location="Hall")
        if gone := next((id_ for id_ in kept if id_ not in seen), None):
            await desk.client.delete(f"/interactions/{gone}")
            kept.discard(gone)
        page = await desk.listed(f"{query}&cursor={page['next_cursor']}")

    assert len(seen) == len(set(seen))
    assert kept <= set(seen)


async def test_a_cursor_leads_on_when_its_own_row_is_gone(desk: Desk) -> None:
    for number in range(4):
        await desk.create(title=f"Title {number}")
    page = await desk.listed("sort=title&page_size=2")

    await desk.client.delete(f"/interactions/{page['interactions'][1]['id']}")
    rest = await desk.listed(f"sort=title&page_size=2&cursor={page['next_cursor']}")

    assert [row["title"] for row in rest["interactions"]] == ["Title 2", "Title 3"]


async def test_the_longest_place_fits_into_a_cursor(desk: Desk) -> None:
    for number in range(3):
        await desk.create(title="⅒" * 100, lead="⅒" * 100, location="⅒" * 200, notes=f"{number}")
    query = (
        "sort=title,lead,location,type,start_datetime,end_datetime,created_at,updated_at,site_id"
    )

    rows = await walk(desk, f"{query}&page_size=1")

    assert len(rows) == 3


REFUSED: list[tuple[str, Callable[[str], str]]] = [
    ("empty", lambda _: ""),
    ("rubbish", lambda _: "rubbish"),
    ("not base64", lambda _: "%25%26!"),
    ("other letters", lambda _: quote("é\u4f1a")),
    ("a surrogate", lambda _: "%ED%A0%80"),
    ("NUL", lambda _: "%00"),
    ("cut off", lambda cursor: cursor[:-4]),
    ("longer", lambda cursor: cursor + "AAAA"),
    ("as long as there may be", lambda _: "A" * 4_000),
    ("without a place", lambda cursor: _changed(cursor, lambda raw: raw[:32])),
    (
        "another signature",
        lambda cursor: _changed(cursor, lambda raw: bytes([raw[0] ^ 1]) + raw[1:]),
    ),
    ("another place", lambda cursor: _changed(cursor, lambda raw: raw.replace(b"[2,", b"[3,"))),
    ("signed by nobody", lambda cursor: _changed(cursor, lambda raw: bytes(32) + raw[32:])),
]


def _changed(cursor: str, change: Callable[[bytes], bytes]) -> str:
    raw = b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_")
    return urlsafe_b64encode(change(raw)).rstrip(b"=").decode()


@pytest.mark.parametrize("change", [change for _, change in REFUSED], ids=[n for n, _ in REFUSED])
async def test_what_is_no_cursor_is_refused(change: Callable[[str], str], shelf: Desk) -> None:
    cursor = (await shelf.listed("page_size=2"))["next_cursor"]

    response = await shelf.client.get(f"/interactions?page_size=2&cursor={change(cursor)}")

    assert error_of(response, 400)["code"] == "invalid_cursor"


async def test_no_byte_of_a_cursor_can_be_changed(shelf: Desk) -> None:
    cursor = (await shelf.listed("page_size=2"))["next_cursor"]
    for place in range(0, len(cursor) * 3 // 4, 3):

        def flip(raw: bytes, place: int = place) -> bytes:
            return raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]

        response = await shelf.client.get(
            f"/interactions?page_size=2&cursor={_changed(cursor, flip)}"
        )
        assert error_of(response, 400)["code"] == "invalid_cursor", place


@pytest.mark.parametrize(
    "query",
    [
        "type=CALL",
        "q=plan",
        "sort=start_datetime",
        "sort=-start_datetime,title",
        "count=exact",
        "tz=Asia/Tokyo",
        "site_id={site_id}",
        "include=site",
    ],
)
async def test_a_cursor_is_good_for_its_own_question_alone(query: str, shelf: Desk) -> None:
    cursor = (await shelf.listed("page_size=2"))["next_cursor"]
    asked = query.format(site_id=shelf.site.id)

    response = await shelf.client.get(f"/interactions?{asked}&page_size=2&cursor={cursor}")

    assert error_of(response, 400)["code"] == "invalid_cursor"


async def test_a_cursor_is_good_for_its_own_address_alone(shelf: Desk) -> None:
    cursor = (await shelf.listed("page_size=2"))["next_cursor"]

    for path in ("/search/interactions", f"/sites/{shelf.site.id}/interactions"):
        response = await shelf.client.get(f"{path}?page_size=2&cursor={cursor}")
        assert error_of(response, 400)["code"] == "invalid_cursor"
    narrowed = {"X-Site-ID": str(shelf.site.id)}
    response = await shelf.client.get(f"/interactions?cursor={cursor}", headers=narrowed)
    assert error_of(response, 400)["code"] == "invalid_cursor"


async def test_a_cursor_is_good_for_its_own_caller_alone(
    make: Make, shelf: Desk, client_for: ClientFor
) -> None:
    colleague = await make.user()
    await make.membership(shelf.site, colleague, Role.EDITOR)
    cursor = (await shelf.listed("page_size=2"))["next_cursor"]

    response = await client_for(colleague).get(f"/interactions?page_size=2&cursor={cursor}")

    assert error_of(response, 400)["code"] == "invalid_cursor"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("cursor={cursor}&page=2", "page"),
        ("cursor={cursor}&cursor={cursor}", "cursor"),
        ("cursor=" + "A" * 4_001, "cursor"),
    ],
)
async def test_how_a_cursor_cannot_be_asked_for(query: str, field: str, shelf: Desk) -> None:
    cursor = (await shelf.listed("page_size=2"))["next_cursor"]

    response = await shelf.client.get(f"/interactions?page_size=2&{query.format(cursor=cursor)}")

    assert error_of(response, 400)["code"] == "bad_request"
    assert refused_fields(response, 400).keys() == {field}


async def test_a_cursor_never_shows_a_site_that_has_left_the_scope(
    make: Make, client_for: ClientFor
) -> None:
    stays, leaves = await make.site(), await make.site()
    user = await make.member(stays, leaves)
    for number in range(8):
        await make.interaction((stays, leaves)[number % 2], user)
    desk = Desk(stays, user, client_for(user))
    page = await desk.listed("page_size=2")
    assert {row["site_id"] for row in page["interactions"]} == {stays.id, leaves.id}

    await leave(make, client_for, leaves, user)
    rest = await desk.listed(f"page_size=100&cursor={page['next_cursor']}")

    assert [row["site_id"] for row in rest["interactions"]] == [stays.id] * 3
    assert rest["total"] == 4


async def leave(make: Make, client_for: ClientFor, site: Site, user: User) -> None:
    """Take a user's membership away, as an admin does."""
    admin: Client = client_for(await make.member(site, role=Role.SITE_ADMIN))
    response: Any = await admin.delete(f"/sites/{site.id}/members/{user.id}")
    assert response.status_code == 204, response.text
