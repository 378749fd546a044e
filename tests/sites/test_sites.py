"""Sites: reading, creating, changing and deactivating them."""

import pytest

from app.core.vocabulary import Role
from tests.desk import ClientFor, error_of, refused_fields
from tests.factories import Client, Make, body, unique


@pytest.fixture
async def admin(make: Make, client_for: ClientFor) -> Client:
    """A client that calls as a system administrator."""
    return client_for(await make.admin())


async def test_a_site_is_created_and_read_at_its_address(admin: Client) -> None:
    sent = {"name": unique("Lyon"), "description": " The plant\n ", "timezone": "Europe/Paris"}

    response = await admin.post("/sites", json=sent)

    assert response.status_code == 201
    created = response.json()
    assert created.items() >= (sent | {"description": "The plant", "is_active": True}).items()
    assert created["created_at"] == created["updated_at"]
    assert response.headers["Location"] == f"/api/v1/sites/{created['id']}"
    read = await admin.get(f"/sites/{created['id']}")
    assert read.json() == created


@pytest.mark.parametrize(
    ("sent", "names"),
    [
        ({}, {"name", "timezone"}),
        ({"name": " ", "timezone": ""}, {"name", "timezone"}),
        ({"name": "x" * 101, "timezone": "Mars/Base"}, {"name", "timezone"}),
        ({"name": "a\0b", "timezone": "UTC", "description": "\x1b"}, {"name", "description"}),
        ({"name": "Ok", "timezone": "UTC", "id": 7, "zone": 1}, {"id", "zone"}),
    ],
)
async def test_a_site_that_is_not_right_is_refused_by_field(
    sent: dict[str, object], names: set[str], admin: Client
) -> None:
    assert refused_fields(await admin.post("/sites", json=sent)).keys() == names


async def test_a_name_is_taken_whatever_the_case(make: Make, admin: Client) -> None:
    taken, other = await make.site(unique("Málaga")), await make.site()
    same = {"name": f" {taken.name.upper()} ", "timezone": "UTC"}

    error_of(await admin.post("/sites", json=same), 409)
    error_of(await admin.put(f"/sites/{other.id}", json=same), 409)
    assert (await admin.put(f"/sites/{taken.id}", json=same)).json()["name"] == taken.name.upper()


async def test_only_a_system_admin_creates_and_deactivates(
    make: Make, client_for: ClientFor
) -> None:
    site = await make.site()
    site_admin = client_for(await make.member(site, role=Role.SITE_ADMIN))

    sent = {"name": unique("New"), "timezone": "UTC"}
    error_of(await site_admin.post("/sites", json=sent), 403)
    error_of(await site_admin.delete(f"/sites/{site.id}?force=true"), 403)


async def test_a_site_admin_changes_the_settings(make: Make, client_for: ClientFor) -> None:
    site = await make.site(description="Old")
    client = client_for(await make.member(site, role=Role.SITE_ADMIN))
    name = unique("Renamed")

    response = await client.put(f"/sites/{site.id}", json={"name": name, "timezone": "Asia/Tokyo"})

    answer = response.json()
    assert (answer["name"], answer["timezone"]) == (name, "Asia/Tokyo")
    assert answer["description"] is None
    assert answer["updated_at"] > answer["created_at"]


async def test_an_editor_does_not_change_the_settings(make: Make, client_for: ClientFor) -> None:
    site = await make.site()
    client = client_for(await make.member(site))

    error_of(await client.put(f"/sites/{site.id}", json={"name": "X", "timezone": "UTC"}), 403)


async def test_a_site_admin_does_not_deactivate_by_the_settings(
    make: Make, client_for: ClientFor
) -> None:
    site = await make.site()
    client = client_for(await make.member(site, role=Role.SITE_ADMIN))
    sent = {"name": site.name, "timezone": "UTC", "is_active": False}

    error_of(await client.put(f"/sites/{site.id}", json=sent), 403)


async def test_a_site_with_members_is_deactivated_only_by_force(
    make: Make, admin: Client, client_for: ClientFor
) -> None:
    site = await make.site()
    editor = await make.member(site)
    row = await make.interaction(site, editor)

    error = error_of(await admin.delete(f"/sites/{site.id}"), 409)
    assert error["details"] == {"members": 1}
    assert (await admin.delete(f"/sites/{site.id}?force=true")).status_code == 204

    assert (await admin.get(f"/sites/{site.id}")).json()["is_active"] is False
    assert (await admin.get(f"/interactions/{row.id}")).status_code == 200


async def test_a_site_without_members_is_deactivated(make: Make, admin: Client) -> None:
    site = await make.site()

    assert (await admin.delete(f"/sites/{site.id}")).status_code == 204
    assert (await admin.get(f"/sites/{site.id}")).json()["is_active"] is False


async def test_an_inactive_site_takes_no_writes_until_it_is_active_again(
    make: Make, admin: Client
) -> None:
    site = await make.site(is_active=False)
    user = await make.member(site)
    row = await make.interaction(site, user)
    members = f"/sites/{site.id}/members"
    changed = {"name": unique("Renamed"), "timezone": "UTC"}

    error_of(await admin.post("/interactions", json=body(site_id=site.id)), 409)
    error_of(await admin.put(f"/interactions/{row.id}", json=body()), 409)
    error_of(await admin.patch(f"/interactions/{row.id}", json={"title": "Other title"}), 409)
    error_of(await admin.delete(f"/interactions/{row.id}"), 409)
    error_of(await admin.post(members, json={"user_id": user.id, "role": "viewer"}), 409)
    error_of(await admin.put(f"{members}/{user.id}", json={"role": "viewer"}), 409)
    error_of(await admin.delete(f"{members}/{user.id}"), 409)
    error_of(await admin.put(f"/sites/{site.id}", json=changed), 409)

    active_again = await admin.put(f"/sites/{site.id}", json=changed | {"is_active": True})
    assert active_again.json()["is_active"] is True


async def test_a_foreign_site_is_forbidden_and_an_unknown_one_too(
    make: Make, client_for: ClientFor, admin: Client
) -> None:
    client, theirs = client_for(await make.member(await make.site())), await make.site()

    answers = [error_of(await client.get(f"/sites/{one}"), 403) for one in (theirs.id, 2**31 - 1)]

    assert answers[0]["message"] == answers[1]["message"]
    for method in ("GET", "DELETE"):
        error_of(await admin.request(method, f"/sites/{2**31 - 1}"), 404)


@pytest.mark.parametrize("site_id", ["0", "-1", "x", "1.5", str(2**31), str(2**63), "1%2F2", "%00"])
async def test_a_path_that_holds_no_id_is_refused(site_id: str, admin: Client) -> None:
    response = await admin.get(f"/sites/{site_id}")

    assert response.status_code in ({404} if "%2F" in site_id else {400})


async def test_own_sites_are_listed_by_name(make: Make, client_for: ClientFor) -> None:
    start = unique("list")
    sites = [await make.site(f"{start} {name}") for name in ("b", "C", "a")]
    client = client_for(await make.member(*sites))

    first = (await client.get("/sites?page_size=2")).json()
    second = (await client.get("/sites?page_size=2&page=2")).json()

    names = [site["name"] for site in first["sites"] + second["sites"]]
    assert names == [f"{start} {name}" for name in ("a", "b", "C")]
    assert (first["total"], first["total_pages"], first["next_cursor"]) == (3, 2, None)
    assert "statistics" not in first["sites"][0]


async def test_statistics_are_the_counts(make: Make, client_for: ClientFor) -> None:
    busy, empty = await make.site(), await make.site()
    editor = await make.member(busy, empty)
    await make.member(busy, role=Role.VIEWER)
    await make.member(busy, is_active=False)
    rows = [await make.interaction(busy, editor) for _ in range(3)]
    client = client_for(editor)
    await client.delete(f"/interactions/{rows[0].id}")

    listed = (await client.get("/sites?include=statistics")).json()["sites"]
    counts = {site["id"]: site["statistics"] for site in listed}

    assert counts == {
        busy.id: {"interactions": 2, "members": 2},
        empty.id: {"interactions": 0, "members": 1},
    }
    one = (await client.get(f"/sites/{busy.id}?include=statistics")).json()
    assert one["statistics"] == counts[busy.id]
    assert refused_fields(await client.get("/sites?include=all"), 400).keys() == {"include"}
