"""Confidential notes are for the creator of an interaction and the admins of its site."""

from dataclasses import dataclass

import pytest

from app.core.vocabulary import Role
from tests.desk import ClientFor, Desk, Json, error_of, refused_fields
from tests.factories import Client, Make, body, unique

FIELD = "confidential_notes"


@dataclass(frozen=True, slots=True)
class Office:
    """An interaction with confidential notes, and who is around it."""

    desk: Desk
    created: Json
    admin: Client
    colleague: Client
    viewer: Client

    @property
    def path(self) -> str:
        """Where the interaction is."""
        return f"/interactions/{self.created['id']}"

    @property
    def text(self) -> str:
        """What the notes say."""
        text: str = self.created[FIELD]
        return text


@pytest.fixture
async def office(make: Make, desk: Desk, client_for: ClientFor) -> Office:
    admin, colleague, viewer = [
        client_for(await make.member(desk.site, role=role))
        for role in (Role.SITE_ADMIN, Role.EDITOR, Role.VIEWER)
    ]
    created = await desk.create(confidential_notes=unique("Between us"))
    return Office(desk, created, admin, colleague, viewer)


async def read(client: Client, path: str) -> Json:
    response = await client.get(path)
    assert response.status_code == 200, response.text
    answer: Json = response.json()
    return answer


async def test_whoever_creates_an_interaction_may_add_them_and_is_shown_them(desk: Desk) -> None:
    noted = await desk.create(confidential_notes="  Between us \r\n two\u0301 ")
    plain = await desk.create()

    assert noted[FIELD] == "Between us \r\n tw\u00f3"
    assert await read(desk.client, f"/interactions/{noted['id']}") == noted
    assert plain[FIELD] is None


@pytest.mark.parametrize("path", ["{}", "/interactions", "/search/interactions", "/sites/{}"])
async def test_admins_and_the_creator_are_shown_them_and_nobody_else(
    office: Office, path: str
) -> None:
    paths = {"{}": office.path, "/sites/{}": f"/sites/{office.desk.site.id}/interactions"}
    found = {}
    for name in ("admin", "colleague", "viewer"):
        found[name] = await read(getattr(office, name), paths.get(path, path))
    found["creator"] = await read(office.desk.client, paths.get(path, path))

    rows = {name: (page.get("interactions") or [page])[0] for name, page in found.items()}
    assert rows["admin"][FIELD] == rows["creator"][FIELD] == office.text
    for name in ("colleague", "viewer"):
        assert FIELD not in rows[name]
        assert office.text not in str(found[name])


async def test_a_list_shows_a_colleague_their_own_only(office: Office) -> None:
    mine = await office.colleague.post("/interactions", json=body(confidential_notes="Mine"))

    rows = (await read(office.colleague, "/interactions"))["interactions"]

    assert {row["id"]: row.get(FIELD, "absent") for row in rows} == {
        mine.json()["id"]: "Mine",
        office.created["id"]: "absent",
    }


async def test_an_admin_of_another_site_is_shown_none(
    make: Make, office: Office, client_for: ClientFor
) -> None:
    elsewhere = await make.site()
    somebody = await make.member(elsewhere, role=Role.SITE_ADMIN)
    await make.membership(office.desk.site, somebody, Role.EDITOR)

    assert FIELD not in await read(client_for(somebody), office.path)


async def test_a_creator_who_only_reads_now_is_shown_their_own(
    make: Make, desk: Desk, client_for: ClientFor
) -> None:
    reader = await make.member(desk.site, role=Role.VIEWER)
    row = await make.interaction(desk.site, reader)

    assert (await read(client_for(reader), f"/interactions/{row.id}"))[FIELD] is None


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize("sent", ["Other notes", None])
async def test_others_are_refused_when_they_send_them(
    office: Office, method: str, sent: str | None
) -> None:
    content = {FIELD: sent} | (body() if method == "PUT" else {})

    response = await office.colleague.request(method, office.path, json=content)

    assert refused_fields(response) == {FIELD: "Confidential notes are not for you"}
    assert (await read(office.admin, office.path))[FIELD] == office.text


async def test_a_role_too_low_is_refused_before_the_field_is(office: Office) -> None:
    error_of(await office.viewer.patch(office.path, json={FIELD: "Other notes"}), 403)


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
async def test_others_leave_them_as_they_are(office: Office, method: str) -> None:
    content = body(title="Another title") if method == "PUT" else {"title": "Another title"}

    response = await office.colleague.request(method, office.path, json=content)

    assert response.status_code == 200
    assert FIELD not in response.json()
    answer = await read(office.desk.client, office.path)
    assert (answer[FIELD], answer["title"]) == (office.text, "Another title")


@pytest.mark.parametrize("name", ["admin", "colleague"])
async def test_what_get_answered_can_be_put_back_and_changes_nothing(
    office: Office, name: str
) -> None:
    client: Client = getattr(office, name)
    answer = await read(client, f"{office.path}?include=site,creator,updater")

    put = await client.put(office.path, json=answer)
    patched = await client.patch(office.path, json=answer)

    assert (put.status_code, patched.status_code) == (200, 200)
    assert await read(client, f"{office.path}?include=site,creator,updater") == answer
    assert (await read(office.admin, office.path))[FIELD] == office.text


async def test_a_put_without_them_empties_them(office: Office) -> None:
    response = await office.admin.put(office.path, json=body())

    assert response.json()[FIELD] is None
    assert (await read(office.desk.client, office.path))[FIELD] is None


async def test_a_patch_changes_keeps_and_empties_them(office: Office) -> None:
    changed = (await office.admin.patch(office.path, json={FIELD: "Changed"})).json()
    kept = (await office.admin.patch(office.path, json={"location": None})).json()
    emptied = (await office.admin.patch(office.path, json={FIELD: " "})).json()

    assert [one[FIELD] for one in (changed, kept, emptied)] == ["Changed", "Changed", None]


async def test_a_change_of_them_alone_is_a_version_and_an_entry_that_tells_nothing(
    office: Office,
) -> None:
    response = await office.admin.patch(office.path, json={FIELD: "Changed"})

    assert response.headers["ETag"] == '"2"'
    answer = response.json()
    assert answer["version"] == 2
    assert answer["updated_by"] != office.created["updated_by"]
    assert answer["updated_at"] > office.created["updated_at"]
    changes = await office.desk.history(office.created["id"])
    assert changes[0]["changes"] == {}
    assert changes[0]["before_state"] == changes[0]["after_state"]
    assert FIELD not in str(changes)
    assert office.text not in str(changes)


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
async def test_the_same_notes_again_make_no_version(office: Office, method: str) -> None:
    content = {FIELD: f" {office.text} "} | (body() if method == "PUT" else {})

    response = await office.admin.request(method, office.path, json=content)

    assert response.json() == office.created


@pytest.mark.parametrize(
    "query", ["q={}", "notes={}", "description={}", "title={}", "sort=confidential_notes"]
)
async def test_they_are_not_searched(office: Office, query: str) -> None:
    response = await office.desk.client.get(f"/interactions?{query.format(office.text)}")

    if query.startswith("sort"):
        error_of(response, 400)
    else:
        assert response.json()["total"] == 0


async def test_they_are_no_filter(office: Office) -> None:
    error_of(await office.desk.client.get(f"/interactions?{FIELD}={office.text}"), 400)


async def test_they_are_text_of_at_most_20_000_characters(desk: Desk) -> None:
    longest = "x" * 20_000
    assert (await desk.create(confidential_notes=longest))[FIELD] == longest

    for wrong in (longest + "x", 5, ["x"], "\x00", "secret \u0007"):
        response = await desk.client.post("/interactions", json=body(confidential_notes=wrong))
        sentence = refused_fields(response)[FIELD]
        assert sentence.startswith("Confidential notes ")
        assert "secret" not in sentence


async def test_of_two_changes_at_once_from_one_version_one_is_refused(office: Office) -> None:
    first = await office.admin.patch(office.path, json={FIELD: "First", "version": 1})
    second = await office.desk.client.patch(office.path, json={FIELD: "Second", "version": 1})

    assert (first.status_code, second.status_code) == (200, 412)
    assert (await read(office.admin, office.path))[FIELD] == "First"


async def test_the_history_of_a_deleted_one_tells_nothing_of_them(office: Office) -> None:
    await office.admin.delete(office.path)

    changes = await office.desk.history(office.created["id"])

    assert len(changes) == 2
    assert office.text not in str(changes)
    assert FIELD not in str(changes)
