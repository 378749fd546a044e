"""Users: who sees, makes, changes and deactivates them."""

from typing import Any

import pytest

from app.core.vocabulary import Role
from tests.desk import ClientFor, error_of, refused_fields
from tests.factories import PASSWORD, Client, Make, unique


@pytest.fixture
async def admin(make: Make, client_for: ClientFor) -> Client:
    """A client that calls as a system administrator."""
    return client_for(await make.admin())


def person(**over: Any) -> dict[str, Any]:
    name = unique("person")
    return {"username": name, "email": f"{name}@example.org", "full_name": "A Person"} | over


async def test_a_user_is_created_and_read_at_their_address(admin: Client) -> None:
    sent = person()

    response = await admin.post("/users", json=sent)

    assert response.status_code == 201
    created = response.json()
    assert response.headers["Location"] == f"/api/v1/users/{created['id']}"
    assert created.keys() == sent.keys() | {
        "id",
        "is_active",
        "is_system_admin",
        "last_login_at",
        "created_at",
    }
    assert created.items() >= sent.items()
    assert (created["is_active"], created["is_system_admin"]) == (True, False)
    assert (await admin.get(f"/users/{created['id']}")).json() == created


async def test_a_user_with_a_password_logs_in(admin: Client, client_for: ClientFor) -> None:
    sent = person(password=PASSWORD)
    created = await admin.post("/users", json=sent)

    login = {"username": sent["email"], "password": PASSWORD}
    response = await client_for().post("/auth/login", json=login)

    assert response.status_code == 200
    assert PASSWORD not in created.text
    assert "argon2" not in created.text


async def test_names_and_addresses_are_taken_whatever_the_case(admin: Client) -> None:
    first, second = person(), person()
    await admin.post("/users", json=first)
    other = (await admin.post("/users", json=second)).json()

    for field in ("username", "email"):
        taken = {field: first[field].upper()}
        error_of(await admin.post("/users", json=person(**taken)), 409)
        changed = second | taken | {"is_active": True, "is_system_admin": False}
        error_of(await admin.put(f"/users/{other['id']}", json=changed), 409)


@pytest.mark.parametrize(
    ("sent", "names"),
    [
        ({}, {"username", "email", "full_name"}),
        ({"username": " ", "email": "", "full_name": "\t"}, {"username", "email", "full_name"}),
        (person(username="ab"), {"username"}),
        (person(username="x" * 51), {"username"}),
        (person(username="ann@example.org"), {"username"}),
        (person(username="jos\u00e9"), {"username"}),
        (person(email="no address"), {"email"}),
        (person(email="a@b"), {"email"}),
        (person(email=f"{'x' * 250}@example.org"), {"email"}),
        (person(full_name="x" * 101, password="short"), {"full_name", "password"}),
        (person(full_name="a\0b"), {"full_name"}),
        (person(is_system_admin="perhaps", roles=[]), {"is_system_admin", "roles"}),
    ],
)
async def test_a_user_that_is_not_right_is_refused_by_field(
    sent: dict[str, object], names: set[str], admin: Client
) -> None:
    response = await admin.post("/users", json=sent)

    assert refused_fields(response).keys() == names
    assert "short" not in response.text


async def test_replacing_needs_every_field(admin: Client, make: Make) -> None:
    user = await make.user()

    response = await admin.put(f"/users/{user.id}", json={"full_name": "Only This"})

    missing = {"username", "email", "is_active", "is_system_admin"}
    assert refused_fields(response).keys() == missing


async def test_a_user_is_changed(admin: Client, make: Make) -> None:
    user, sent = await make.user(), person(is_active=True, is_system_admin=True)

    answer = (await admin.put(f"/users/{user.id}", json=sent)).json()

    assert answer.items() >= (sent | {"id": user.id}).items()


@pytest.mark.parametrize("way", ["DELETE", "PUT"])
async def test_deactivating_ends_the_logins_for_good(
    way: str, admin: Client, make: Make, client_for: ClientFor
) -> None:
    user = await make.user()
    login = {"username": user.username, "password": PASSWORD}
    tokens = (await client_for().post("/auth/login", json=login)).json()
    whole = {
        "username": user.username,
        "email": user.email,
        "full_name": user.full_name,
        "is_system_admin": False,
    }

    content = whole | {"is_active": False} if way == "PUT" else None
    response = await admin.request(way, f"/users/{user.id}", json=content)
    assert response.status_code in {200, 204}
    active_again = await admin.put(f"/users/{user.id}", json=whole | {"is_active": True})

    assert active_again.json()["is_active"] is True
    sent = {"refresh_token": tokens["refresh_token"]}
    error_of(await client_for().post("/auth/refresh", json=sent), 401)
    assert (await client_for().post("/auth/login", json=login)).status_code == 200


async def test_a_deactivated_user_is_still_there_for_what_they_wrote(
    admin: Client, make: Make, client_for: ClientFor
) -> None:
    site = await make.site()
    user = await make.member(site)
    row = await make.interaction(site, user)

    assert (await admin.delete(f"/users/{user.id}")).status_code == 204

    assert (await admin.get(f"/users/{user.id}")).json()["is_active"] is False
    history = (await admin.get(f"/interactions/{row.id}/history")).json()["history"]
    assert history[0]["changed_by"]["full_name"] == user.full_name


async def test_an_unknown_user_is_not_found(admin: Client) -> None:
    sent = person(is_active=True, is_system_admin=False)

    error_of(await admin.get(f"/users/{2**31 - 1}"), 404)
    error_of(await admin.put(f"/users/{2**31 - 1}", json=sent), 404)
    error_of(await admin.delete(f"/users/{2**31 - 1}"), 404)
    for user_id in ("0", "-1", "me", str(2**31), str(2**63)):
        assert (await admin.get(f"/users/{user_id}")).status_code == 400


async def test_a_site_admin_sees_the_members_of_their_sites(
    make: Make, client_for: ClientFor
) -> None:
    administered, edited = await make.site(), await make.site()
    chief = await make.member(administered, role=Role.SITE_ADMIN)
    await make.membership(edited, chief, Role.EDITOR)
    colleague, other = await make.member(administered), await make.member(edited)
    client = client_for(chief)

    page = (await client.get("/users")).json()

    assert {user["id"] for user in page["users"]} == {chief.id, colleague.id}
    assert page["total"] == 2
    assert (await client.get(f"/users/{colleague.id}")).status_code == 200
    unseen = error_of(await client.get(f"/users/{other.id}"), 404)
    assert unseen["message"] == error_of(await client.get(f"/users/{2**31 - 1}"), 404)["message"]


async def test_a_site_admin_makes_and_changes_nobody(make: Make, client_for: ClientFor) -> None:
    site = await make.site()
    client = client_for(await make.member(site, role=Role.SITE_ADMIN))
    user = await make.member(site)

    error_of(await client.post("/users", json=person()), 403)
    error_of(await client.put(f"/users/{user.id}", json={}), 403)
    error_of(await client.delete(f"/users/{user.id}"), 403)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
async def test_others_see_no_users(role: Role, make: Make, client_for: ClientFor) -> None:
    user = await make.member(await make.site(), role=role)

    error_of(await client_for(user).get("/users"), 403)
    error_of(await client_for(user).get(f"/users/{user.id}"), 403)


async def test_users_are_listed_by_name_in_pages(admin: Client, make: Make) -> None:
    for name in ("!b", "!C", "!a"):
        await make.user(full_name=name)

    pages = [(await admin.get(f"/users?page_size=2&page={one}")).json() for one in (1, 2)]

    names = [user["full_name"].lower() for page in pages for user in page["users"]]
    assert names == sorted(names)
    assert pages[0]["total"] >= 4
    assert pages[0]["total_pages"] == -(-pages[0]["total"] // 2)
