"""Members of a site: who they are, and that somebody is left to look after it."""

import asyncio

import pytest

from app.core.vocabulary import Role
from app.models import Site, User
from tests.desk import ClientFor, error_of, refused_fields
from tests.factories import Client, Make


@pytest.fixture
async def site(make: Make) -> Site:
    return await make.site()


@pytest.fixture
async def chief(make: Make, site: Site) -> User:
    """The only site_admin of the site."""
    return await make.member(site, role=Role.SITE_ADMIN)


@pytest.fixture
async def client(client_for: ClientFor, chief: User) -> Client:
    return client_for(chief)


async def test_a_person_becomes_a_member_by_id(make: Make, site: Site, client: Client) -> None:
    user = await make.user()

    response = await client.post(
        f"/sites/{site.id}/members", json={"user_id": user.id, "role": "editor"}
    )

    assert response.status_code == 201
    answer = response.json()
    assert answer.pop("created_at")
    assert answer == {
        "user_id": user.id,
        "username": user.username,
        "email": user.email,
        "full_name": user.full_name,
        "is_active": True,
        "role": "editor",
    }


async def test_a_person_becomes_a_member_by_address_in_any_case(
    make: Make, site: Site, client: Client, client_for: ClientFor
) -> None:
    user = await make.user()

    sent = {"email": f" {user.email.upper()}", "role": "viewer"}
    response = await client.post(f"/sites/{site.id}/members", json=sent)

    assert response.json()["user_id"] == user.id
    assert (await client_for(user).get(f"/sites/{site.id}")).status_code == 200


@pytest.mark.parametrize(
    "person", [{"email": "nobody@example.org"}, {"user_id": 2**31 - 1}, {"email": "x" * 254}]
)
async def test_an_unknown_person_is_not_found(
    person: dict[str, object], site: Site, client: Client
) -> None:
    sent = person | {"role": "viewer"}

    error_of(await client.post(f"/sites/{site.id}/members", json=sent), 404)


async def test_an_inactive_person_or_a_member_is_a_conflict(
    make: Make, site: Site, client: Client
) -> None:
    for user in (await make.user(is_active=False), await make.member(site)):
        sent = {"user_id": user.id, "role": "viewer"}
        error_of(await client.post(f"/sites/{site.id}/members", json=sent), 409)


async def test_a_person_added_twice_at_once_is_added_once(
    make: Make, site: Site, client: Client
) -> None:
    sent = {"user_id": (await make.user()).id, "role": "viewer"}

    answers = await asyncio.gather(
        *(client.post(f"/sites/{site.id}/members", json=sent) for _ in range(4))
    )

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]


@pytest.mark.parametrize(
    ("sent", "names"),
    [
        ({}, {"role"}),
        ({"user_id": 1, "role": "owner"}, {"role"}),
        ({"user_id": 0, "role": "viewer"}, {"user_id"}),
        ({"user_id": 2**31, "role": "viewer"}, {"user_id"}),
        ({"email": "a\0b@example.org", "role": "viewer"}, {"email"}),
        ({"user_id": 1, "role": "viewer", "site_id": 2}, {"site_id"}),
        ({"role": "viewer"}, {"body"}),
        ({"role": "viewer", "user_id": 1, "email": "a@example.org"}, {"body"}),
    ],
)
async def test_a_member_that_is_not_right_is_refused_by_field(
    sent: dict[str, object], names: set[str], site: Site, client: Client
) -> None:
    response = await client.post(f"/sites/{site.id}/members", json=sent)

    assert refused_fields(response).keys() == names


async def test_members_are_listed_by_name(make: Make, site: Site, client: Client) -> None:
    for name in ("!b", "!C", "!a"):
        await make.member(site, role=Role.VIEWER, full_name=name)

    page = (await client.get(f"/sites/{site.id}/members?page_size=3")).json()

    assert [member["full_name"] for member in page["members"]] == ["!a", "!b", "!C"]
    assert (page["total"], page["total_pages"]) == (4, 2)


async def test_a_role_is_changed_and_taken_away(make: Make, site: Site, client: Client) -> None:
    member = await make.member(site, role=Role.VIEWER)
    path = f"/sites/{site.id}/members/{member.id}"

    assert (await client.put(path, json={"role": "site_admin"})).json()["role"] == "site_admin"
    assert (await client.delete(path)).status_code == 204
    error_of(await client.delete(path), 404)
    error_of(await client.put(path, json={"role": "viewer"}), 404)


async def test_the_last_site_admin_stays(
    make: Make, site: Site, chief: User, client: Client
) -> None:
    await make.member(site)
    await make.member(site, role=Role.SITE_ADMIN, is_active=False)
    path = f"/sites/{site.id}/members/{chief.id}"

    error_of(await client.delete(path), 409)
    error_of(await client.put(path, json={"role": "editor"}), 409)
    assert (await client.put(path, json={"role": "site_admin"})).status_code == 200


async def test_a_system_admin_does_not_remove_the_last_site_admin_either(
    make: Make, site: Site, chief: User, client_for: ClientFor
) -> None:
    admin = client_for(await make.admin())

    error_of(await admin.delete(f"/sites/{site.id}/members/{chief.id}"), 409)


async def test_the_last_two_site_admins_are_not_removed_at_once(
    make: Make, site: Site, chief: User, client_for: ClientFor
) -> None:
    other, admin = await make.member(site, role=Role.SITE_ADMIN), client_for(await make.admin())
    path = f"/sites/{site.id}/members"

    answers = await asyncio.gather(
        admin.delete(f"{path}/{other.id}"),
        admin.put(f"{path}/{chief.id}", json={"role": "viewer"}),
    )

    assert sorted(answer.status_code for answer in answers)[1] == 409
    members = (await admin.get(path)).json()["members"]
    assert [member["role"] for member in members].count("site_admin") == 1


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
async def test_members_are_for_site_admins(
    role: Role, make: Make, site: Site, chief: User, client_for: ClientFor
) -> None:
    client, path = client_for(await make.member(site, role=role)), f"/sites/{site.id}/members"

    error_of(await client.get(path), 403)
    error_of(await client.post(path, json={}), 403)
    error_of(await client.put(f"{path}/{chief.id}", json={}), 403)
    error_of(await client.delete(f"{path}/{chief.id}"), 403)


async def test_a_site_admin_elsewhere_is_a_stranger_here(
    make: Make, site: Site, client_for: ClientFor
) -> None:
    elsewhere = client_for(await make.member(await make.site(), role=Role.SITE_ADMIN))

    error_of(await elsewhere.get(f"/sites/{site.id}/members"), 403)
