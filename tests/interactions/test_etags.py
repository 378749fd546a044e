"""Entity tags: a client that has the answer already is told so, and nobody is told wrongly."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.vocabulary import Role
from app.interactions import listing
from app.interactions.counts import fold_deltas
from app.tenancy.scope import SiteScope
from app.tenancy.session import scoped_session
from tests.desk import ClientFor, Desk, Json, error_of
from tests.factories import Make
from tests.interactions.statements import sent

PATHS = ["/interactions", "/search/interactions", "/sites/{site_id}/interactions"]
QUERIES = ["", "q=said", "lead=smith&sort=title", "type=CALL&count=exact", "include=site,creator"]


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time enough, however busy the machine is."""
    monkeypatch.setattr(listing, "SECONDS", 60)


@asynccontextmanager
async def out_of_reach(admin_engine: AsyncEngine) -> AsyncIterator[None]:
    """Meanwhile whoever touches an interaction waits, in vain."""
    async with admin_engine.connect() as connection:
        await connection.execute(text("LOCK TABLE app.interactions IN ACCESS EXCLUSIVE MODE"))
        yield
        await connection.rollback()


async def asked(desk: Desk, address: str, etag: str, **headers: str) -> httpx.Response:
    """What who has an answer of this tag is answered."""
    return await desk.client.get(address, headers={"If-None-Match": etag, **headers})


async def etag_of(desk: Desk, address: str, **headers: str) -> str:
    response = await desk.client.get(address, headers=headers)
    assert response.status_code == 200, response.text
    etag: str = response.headers["ETag"]
    return etag


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("query", QUERIES)
async def test_an_unchanged_page_is_not_sent_again_nor_looked_up(
    path: str, query: str, desk: Desk, admin_engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "SECONDS", 60)
    await desk.create()
    address = f"{path.format(site_id=desk.site.id)}?{query}"
    etag = await etag_of(desk, address)

    async with out_of_reach(admin_engine):
        known = await asked(desk, address, etag)
        monkeypatch.setattr(listing, "SECONDS", 0.1)
        unknown = await asked(desk, address, 'W/"other"')

    assert (known.status_code, known.content) == (304, b"")
    assert known.headers["ETag"] == etag
    assert known.headers["Cache-Control"] == "private, no-cache"
    assert "Authorization" in known.headers["Vary"]
    assert unknown.status_code == 400  # this one had to look, and could not


async def test_an_unchanged_page_takes_a_single_small_statement(desk: Desk) -> None:
    await desk.create()
    etag = await etag_of(desk, "/interactions?q=said")

    with sent() as statements:
        response = await asked(desk, "/interactions?q=said", etag)

    assert response.status_code == 304
    assert len(statements) == 1
    assert "app.interactions" not in statements[0].replace("app.interaction_deltas", "")


@pytest.mark.usefixtures("patience")
@pytest.mark.parametrize("path", PATHS)
async def test_every_kind_of_write_makes_another_tag(path: str, desk: Desk) -> None:
    path = path.format(site_id=desk.site.id)
    (row, other) = [await desk.create() for _ in range(2)]
    of_row = f"/interactions/{row['id']}"

    async def create() -> httpx.Response:
        return await desk.client.post("/interactions", json=CONTENT)

    async def replace() -> httpx.Response:
        return await desk.client.put(of_row, json=CONTENT | {"notes": "Replaced"})

    async def update() -> httpx.Response:
        return await desk.client.patch(of_row, json={"title": "Another title"})

    async def write_confidential_notes() -> httpx.Response:
        return await desk.client.patch(of_row, json={"confidential_notes": "Between us"})

    async def delete() -> httpx.Response:
        return await desk.client.delete(f"/interactions/{other['id']}")

    seen = {await etag_of(desk, path)}
    for write in (create, replace, update, write_confidential_notes, delete):
        before = await etag_of(desk, path)
        assert (await write()).is_success
        answer = await asked(desk, path, before)
        assert answer.status_code == 200, write.__name__
        seen.add(answer.headers["ETag"])
    assert len(seen) == 6


CONTENT: Json = {
    "title": "Project kickoff",
    "type": "CALL",
    "lead": "John Smith",
    "start_datetime": "2026-06-12T14:00:00Z",
    "end_datetime": "2026-06-12T15:00:00Z",
    "timezone": "Europe/Paris",
    "description": "What was said.",
}


@pytest.mark.usefixtures("patience")
async def test_what_changes_nothing_leaves_the_tag(
    make: Make, desk: Desk, engine: AsyncEngine
) -> None:
    row = await desk.create()
    elsewhere = await make.site()
    etags = {query: await etag_of(desk, f"/interactions?{query}") for query in QUERIES}

    await make.interaction(elsewhere, desk.user)  # of a site that is not theirs
    await desk.client.patch(f"/interactions/{row['id']}", json={"title": row["title"]})
    await desk.client.patch(f"/interactions/{row['id']}", json={"title": ""})  # refused
    scope = SiteScope(desk.user.id, {desk.site.id: Role.EDITOR})
    async with scoped_session(engine, scope) as session:
        assert await fold_deltas(session, desk.site.id)

    for query, etag in etags.items():
        assert (await asked(desk, f"/interactions?{query}", etag)).status_code == 304


@pytest.mark.usefixtures("patience")
async def test_a_write_at_any_site_of_the_scope_makes_another_tag(
    make: Make, desk: Desk, client_for: ClientFor
) -> None:
    other = await make.site()
    member = await make.member(desk.site, other)
    both = Desk(desk.site, member, client_for(member))
    whole = await etag_of(both, "/interactions")
    part = await etag_of(both, f"/interactions?site_id={desk.site.id}")
    header = {"X-Site-ID": str(desk.site.id)}
    narrowed = await etag_of(both, "/interactions", **header)

    await make.interaction(other, member)

    assert len({whole, part, narrowed}) == 3
    assert (await asked(both, "/interactions", whole)).status_code == 200
    one = f"/interactions?site_id={desk.site.id}"
    assert (await asked(both, one, part)).status_code == 304
    assert (await asked(both, "/interactions", narrowed, **header)).status_code == 304


@pytest.mark.usefixtures("patience")
async def test_every_question_and_caller_has_a_tag_of_its_own(
    make: Make, desk: Desk, client_for: ClientFor
) -> None:
    await desk.create()
    await desk.create()
    colleague = await make.member(desk.site)
    cursor = (await desk.listed("page_size=1"))["next_cursor"]
    addresses = [
        *(path.format(site_id=desk.site.id) for path in PATHS),
        *(f"/interactions?{query}" for query in QUERIES[1:]),
        *("/interactions?page=2", "/interactions?page_size=1", "/interactions?page_size=2"),
        f"/interactions?page_size=1&cursor={cursor}",
        "/search/interactions?q=said&highlight=true",
        "/search/interactions?q=said&facets=type",
    ]

    theirs = Desk(desk.site, colleague, client_for(colleague))
    etags = [await etag_of(desk, address) for address in addresses]
    etags.append(await etag_of(theirs, "/interactions"))

    assert len(set(etags)) == len(addresses) + 1
    assert all(etag.startswith('W/"') for etag in etags)


@pytest.mark.usefixtures("patience")
async def test_another_role_makes_another_tag(
    make: Make, desk: Desk, client_for: ClientFor
) -> None:
    row = await desk.create(confidential_notes="Between us")
    colleague = await make.member(desk.site, role=Role.VIEWER)
    theirs = Desk(desk.site, colleague, client_for(colleague))
    etag = await etag_of(theirs, "/interactions")

    admin = client_for(await make.member(desk.site, role=Role.SITE_ADMIN))
    path = f"/sites/{desk.site.id}/members/{colleague.id}"
    assert (await admin.put(path, json={"role": "site_admin"})).status_code == 200
    answer = await asked(theirs, "/interactions", etag)

    assert answer.status_code == 200
    (shown,) = answer.json()["interactions"]
    assert (shown["id"], shown["confidential_notes"]) == (row["id"], "Between us")


@pytest.mark.usefixtures("patience")
@pytest.mark.parametrize("include", ["site", "creator", "updater", "site,creator,updater"])
async def test_included_names_make_another_tag_when_they_change(
    include: str, make: Make, desk: Desk, client_for: ClientFor, admin_engine: AsyncEngine
) -> None:
    await desk.create()
    admin = client_for(await make.member(desk.site, role=Role.SITE_ADMIN))
    with_names, without = f"/interactions?include={include}", "/interactions"
    etags = {address: await etag_of(desk, address) for address in (with_names, without)}

    if "site" in include:
        site = {"name": f"{desk.site.name} anew", "timezone": "Europe/Paris"}
        assert (await admin.put(f"/sites/{desk.site.id}", json=site)).status_code == 200
    else:
        async with admin_engine.begin() as connection:
            renamed = "UPDATE app.users SET full_name = 'New Name' WHERE id = :id"
            await connection.execute(text(renamed), {"id": desk.user.id})

    assert (await asked(desk, with_names, etags[with_names])).status_code == 200
    assert (await asked(desk, without, etags[without])).status_code == 304


@pytest.mark.usefixtures("patience")
async def test_a_colleague_who_leaves_makes_another_tag(
    make: Make, desk: Desk, admin_engine: AsyncEngine
) -> None:
    colleague = await make.member(desk.site)
    await make.interaction(desk.site, colleague)
    etag = await etag_of(desk, "/interactions?include=creator")

    async with admin_engine.begin() as connection:
        inactive = "UPDATE app.users SET is_active = false WHERE id = :id"
        await connection.execute(text(inactive), {"id": colleague.id})
    answer = await asked(desk, "/interactions?include=creator", etag)

    (row,) = answer.json()["interactions"]
    assert row["creator"]["is_active"] is False


@pytest.mark.parametrize(
    "form", ["{etag}", "{bare}", '"x", {etag}', '{bare} , "x"', "*", ", {etag}"]
)
async def test_every_form_of_a_known_tag_is_understood(form: str, desk: Desk) -> None:
    row = await desk.create()
    for address in ("/interactions", f"/interactions/{row['id']}"):
        etag = await etag_of(desk, address)
        named = form.format(etag=etag, bare=etag.removeprefix("W/"))

        response = await asked(desk, address, named)

        assert (response.status_code, response.content) == (304, b""), address
        assert response.headers["ETag"] == etag


@pytest.mark.parametrize("form", ["", "x", '"x"', 'W/"x"', "1", "\xff", '"1', '"*"', '"0", "3"'])
async def test_no_other_tag_is_taken_for_a_known_one(form: str, desk: Desk) -> None:
    row = await desk.create()
    for address in ("/interactions", f"/interactions/{row['id']}"):
        headers = [("If-None-Match", form.encode("latin-1"))]
        response = await desk.client.get(address, headers=headers)  # type: ignore[arg-type]
        assert response.status_code == 200, address


async def test_an_interaction_that_was_not_changed_is_not_sent_again(desk: Desk) -> None:
    row = await desk.create()
    address = f"/interactions/{row['id']}"
    first = await desk.client.get(address)
    assert first.headers["ETag"] == '"1"'

    known = await asked(desk, address, '"1"')
    await desk.client.patch(address, json={"notes": "A note"})
    changed = await asked(desk, address, '"1"')

    assert (known.status_code, known.content, known.headers["ETag"]) == (304, b"", '"1"')
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')


async def test_names_are_sent_with_an_interaction_though_it_was_not_changed(desk: Desk) -> None:
    row = await desk.create()

    response = await asked(desk, f"/interactions/{row['id']}?include=creator", '"1"')

    assert response.json()["creator"]["id"] == desk.user.id


Refused = Callable[[Desk, Make], Awaitable[str]]


async def deleted(desk: Desk, _make: Make) -> str:
    row = await desk.create()
    await desk.client.delete(f"/interactions/{row['id']}")
    return f"/interactions/{row['id']}"


async def of_another_site(_desk: Desk, make: Make) -> str:
    site = await make.site()
    row: Any = await make.interaction(site, await make.member(site))
    return f"/interactions/{row.id}"


async def list_of_another_site(_desk: Desk, make: Make) -> str:
    return f"/sites/{(await make.site()).id}/interactions"


async def wrong_cursor(_desk: Desk, _make: Make) -> str:
    return "/interactions?cursor=AAAA"


@pytest.mark.parametrize(
    ("address", "status"),
    [(deleted, 404), (of_another_site, 403), (list_of_another_site, 403), (wrong_cursor, 400)],
)
@pytest.mark.parametrize("named", ["*", '"1"'])
async def test_what_would_be_refused_is_not_known(
    address: Refused, status: int, named: str, desk: Desk, make: Make
) -> None:
    error_of(await asked(desk, await address(desk, make), named), status)
