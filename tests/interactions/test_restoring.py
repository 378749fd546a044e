"""Out of the trash, and back to an earlier version: who may, and what comes of it."""

import asyncio
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.vocabulary import Role
from app.tenancy.scope import SiteScope
from tests.desk import ClientFor, Desk, Json, error_of, refused_fields
from tests.factories import Client, Make, body, session_headers
from tests.interactions.test_counts import differences

REWRITE = text("""
    UPDATE app.interaction_changes SET after_state = after_state || CAST(:part AS jsonb)
    WHERE interaction_id = :id AND version = :version
""")


@dataclass(frozen=True, slots=True)
class Shelf:
    """A desk, and one interaction of its editor."""

    desk: Desk
    id: int

    @property
    def path(self) -> str:
        """Where the interaction is."""
        return f"/interactions/{self.id}"

    async def restore(
        self, client: Client | None = None, *, headers: dict[str, str] | None = None, **sent: Any
    ) -> httpx.Response:
        """The answer to who restores it; without fields, without a body."""
        by = client or self.desk.client
        return await by.post(f"{self.path}/restore", json=sent or None, headers=headers)

    async def change(self, **fields: Any) -> None:
        """Make another version."""
        response = await self.desk.client.patch(self.path, json=fields)
        assert response.status_code == 200, response.text

    async def delete(self) -> None:
        """Put it into the trash."""
        response = await self.desk.client.delete(self.path)
        assert response.status_code == 204, response.text

    async def kinds(self) -> list[str]:
        """What happened to it, from the beginning on."""
        return [entry["change_type"] for entry in await self.desk.history(self.id)][::-1]


@pytest.fixture
async def shelf(desk: Desk) -> Shelf:
    """An interaction in use, of one version."""
    created = await desk.create()
    return Shelf(desk, created["id"])


def ok(response: httpx.Response) -> Json:
    """The interaction that an answer shows."""
    assert response.status_code == 200, response.text
    answer: Json = response.json()
    return answer


async def test_what_comes_out_of_the_trash_is_what_went_into_it(
    shelf: Shelf, admin_engine: AsyncEngine
) -> None:
    before = ok(await shelf.desk.client.get(shelf.path))
    await shelf.delete()

    response = await shelf.restore()

    answer = ok(response)
    written = {"version", "updated_at"}
    assert {**answer, **{name: before[name] for name in written}} == before
    assert (answer["version"], response.headers["ETag"]) == (3, '"3"')
    assert ok(await shelf.desk.client.get(shelf.path)) == answer
    assert (await shelf.desk.listed())["interactions"] == [answer]
    newest = (await shelf.desk.history(shelf.id))[0]
    assert (newest["change_type"], newest["version"]) == ("RESTORE", 3)
    assert (newest["before_state"], newest["after_state"]) == (None, body())
    assert newest["changes"]["title"] == {"old": None, "new": "Project kickoff"}
    scope = SiteScope(shelf.desk.user.id, {shelf.desk.site.id: Role.EDITOR})
    assert await differences(admin_engine, scope) == []


async def test_lists_know_that_something_came_back(shelf: Shelf) -> None:
    await shelf.delete()
    etag = (await shelf.desk.client.get("/interactions")).headers["ETag"]

    await shelf.restore()

    response = await shelf.desk.client.get("/interactions", headers={"If-None-Match": etag})
    assert response.status_code == 200


async def test_whoever_could_have_deleted_it_takes_it_out_of_the_trash(
    make: Make, shelf: Shelf, client_for: ClientFor
) -> None:
    site = shelf.desk.site
    admin = await make.member(site, role=Role.SITE_ADMIN)
    for user in (shelf.desk.user, admin, await make.admin()):
        await shelf.delete()
        assert ok(await shelf.restore(client_for(user)))["updated_by"] == user.id


async def test_to_others_what_is_in_the_trash_is_unknown(
    make: Make, shelf: Shelf, client_for: ClientFor
) -> None:
    site = shelf.desk.site
    elsewhere = await make.member(await make.site(), role=Role.SITE_ADMIN)
    colleagues = [await make.member(site, role=role) for role in (Role.EDITOR, Role.VIEWER)]
    await shelf.delete()

    for user in (*colleagues, elsewhere):
        error_of(await shelf.restore(client_for(user)), 404)
        error_of(await shelf.restore(client_for(user), version=1), 404)
    assert await shelf.kinds() == ["CREATE", "DELETE"]


async def test_who_may_not_delete_any_more_does_not_restore(
    make: Make, client_for: ClientFor
) -> None:
    site = await make.site()
    viewer = await make.member(site, role=Role.VIEWER)
    row = await make.trashed(site, viewer)

    response = await client_for(viewer).post(f"/interactions/{row.id}/restore")

    assert "editor" in error_of(response, 403)["message"]


async def test_what_is_in_use_needs_a_version_to_go_back_to(shelf: Shelf) -> None:
    assert "not in the trash" in error_of(await shelf.restore(), 409)["message"]
    error_of(await shelf.restore(version=None), 409)
    assert await shelf.kinds() == ["CREATE"]


async def test_an_editor_goes_back_to_an_earlier_version(
    make: Make, shelf: Shelf, client_for: ClientFor
) -> None:
    await shelf.change(title="Another title", notes="Noted", location=None, type="call")
    colleague = await make.member(shelf.desk.site)

    response = await shelf.restore(client_for(colleague), version=1)

    answer = ok(response)
    assert {name: answer[name] for name in body()} == body()
    assert (answer["version"], response.headers["ETag"]) == (3, '"3"')
    newest = (await shelf.desk.history(shelf.id))[0]
    assert (newest["change_type"], newest["changed_by"]["id"]) == ("RESTORE", colleague.id)
    assert newest["changes"]["notes"] == {"old": "Noted", "new": None}
    assert newest["before_state"]["title"] == "Another title"
    assert ok(await shelf.desk.client.get("/statistics?type=meeting"))["count"] == 1


async def test_going_back_to_what_it_is_already_makes_no_version(shelf: Shelf) -> None:
    await shelf.change(title="Another title")
    await shelf.change(title="Project kickoff")

    response = await shelf.restore(version=1)

    assert (ok(response)["version"], response.headers["ETag"]) == (3, '"3"')
    assert await shelf.kinds() == ["CREATE", "UPDATE", "UPDATE"]


async def test_a_viewer_goes_back_to_nothing(
    make: Make, shelf: Shelf, client_for: ClientFor
) -> None:
    viewer = client_for(await make.member(shelf.desk.site, role=Role.VIEWER))
    stranger = client_for(await make.member(await make.site()))

    error_of(await shelf.restore(viewer, version=1), 403)
    error_of(await shelf.restore(stranger, version=1), 403)


async def test_a_version_comes_back_out_of_the_trash_as_one_new_one(shelf: Shelf) -> None:
    await shelf.change(title="Another title")
    await shelf.delete()

    answer = ok(await shelf.restore(version=1))

    assert (answer["title"], answer["version"]) == ("Project kickoff", 4)
    assert await shelf.kinds() == ["CREATE", "UPDATE", "DELETE", "RESTORE"]


@pytest.mark.parametrize("version", [3, 99, 0, -1, "1", True, 1.5, 2**31])
async def test_a_version_that_there_is_not_is_refused_by_name(
    version: object, shelf: Shelf
) -> None:
    await shelf.change(title="Another title")
    await shelf.delete()

    assert refused_fields(await shelf.restore(version=version)).keys() == {"version"}


async def test_a_misspelt_field_is_told(shelf: Shelf) -> None:
    fields = refused_fields(await shelf.restore(versoin=1))
    assert fields == {"versoin": "Unknown field; did you mean version?"}


async def test_an_external_id_that_another_has_by_now_is_said_to_be_taken(desk: Desk) -> None:
    first = Shelf(desk, (await desk.create(external_id="CRM-1"))["id"])
    await first.change(external_id="CRM-2")
    await first.change(external_id="CRM-1")
    await first.delete()
    await desk.create(external_id="CRM-1")

    details = refused_fields(await first.restore(), 409)

    assert details == {"external_id": "External id is taken already"}
    assert ok(await first.restore(version=2))["external_id"] == "CRM-2"
    assert refused_fields(await first.restore(version=1), 409) == details


async def test_a_version_that_is_not_the_current_one_is_not_restored(shelf: Shelf) -> None:
    await shelf.delete()

    stale = await shelf.restore(headers={"If-Match": '"1"'})

    details = error_of(stale, 412)["details"]
    assert (details["version"], len(details["changes"])) == (2, 1)
    ok(await shelf.restore(headers={"If-Match": '"2"'}))


async def test_a_page_of_a_browser_need_not_name_the_version(
    api: FastAPI, shelf: Shelf, client_for: ClientFor
) -> None:
    await shelf.delete()
    browser = client_for(**await session_headers(api, shelf.desk.user))
    ok(await shelf.restore(browser))


async def test_confidential_notes_and_a_hold_stay_as_they_are(
    make: Make, desk: Desk, client_for: ClientFor
) -> None:
    created = await desk.create(confidential_notes="Between us")
    shelf, path = Shelf(desk, created["id"]), f"/interactions/{created['id']}"
    admin = client_for(await make.member(desk.site, role=Role.SITE_ADMIN))
    ok(await admin.patch(path, json={"legal_hold": True, "title": "Another title"}))
    await shelf.delete()

    answer = ok(await shelf.restore(version=1))

    assert (answer["confidential_notes"], answer["legal_hold"]) == ("Between us", True)
    assert "Between us" not in str(await desk.history(shelf.id))


async def test_what_would_not_be_taken_today_does_not_come_back(
    shelf: Shelf, admin_engine: AsyncEngine
) -> None:
    await shelf.change(title="Another title")
    async with admin_engine.begin() as connection:
        values = {"id": shelf.id, "version": 1, "part": '{"title": "Hi", "type": "PARTY"}'}
        await connection.execute(REWRITE, values)

    assert refused_fields(await shelf.restore(version=1)).keys() == {"title", "type"}


async def test_an_erased_name_stays_erased_and_is_no_key(
    shelf: Shelf, admin_engine: AsyncEngine
) -> None:
    await shelf.change(title="Another title")
    async with admin_engine.begin() as connection:
        part = '{"lead": "[erased]", "external_id": "of-[erased]"}'
        await connection.execute(REWRITE, {"id": shelf.id, "version": 1, "part": part})

    answer = ok(await shelf.restore(version=1))

    assert (answer["lead"], answer["external_id"]) == ("[erased]", None)


async def test_the_audit_tells_that_it_was_restored(
    make: Make, shelf: Shelf, client_for: ClientFor
) -> None:
    await shelf.delete()
    await shelf.restore()
    admin = client_for(await make.member(shelf.desk.site, role=Role.SITE_ADMIN))

    page = ok(await admin.get("/audit-events?action=interaction.restored"))

    (event,) = page["audit_events"]
    assert event["subject"] == f"interaction:{shelf.id}"
    assert event["actor"]["id"] == shelf.desk.user.id
    assert event["details"]["version"] == 3


async def test_of_many_restores_at_once_one_is_done(
    shelf: Shelf, admin_engine: AsyncEngine
) -> None:
    await shelf.change(title="Another title")
    await shelf.delete()

    answers = await asyncio.gather(*(shelf.restore() for _ in range(20)))

    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 19
    assert await shelf.kinds() == ["CREATE", "UPDATE", "DELETE", "RESTORE"]
    scope = SiteScope(shelf.desk.user.id, {shelf.desk.site.id: Role.EDITOR})
    assert await differences(admin_engine, scope) == []


async def test_deleting_and_restoring_at_once_leaves_one_truth(
    shelf: Shelf, admin_engine: AsyncEngine
) -> None:
    await asyncio.gather(
        *(shelf.desk.client.delete(shelf.path) for _ in range(6)),
        *(shelf.restore() for _ in range(6)),
    )

    kinds = await shelf.kinds()
    assert kinds == ["CREATE", *["DELETE", "RESTORE"] * len(kinds)][: len(kinds)]
    is_there = (await shelf.desk.client.get(shelf.path)).status_code == 200
    assert is_there == (kinds[-1] != "DELETE")
    scope = SiteScope(shelf.desk.user.id, {shelf.desk.site.id: Role.EDITOR})
    assert await differences(admin_engine, scope) == []
