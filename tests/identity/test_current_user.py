"""Who the caller is, as told to the caller."""

import pytest

from app.core.vocabulary import Role
from tests.desk import ClientFor, error_of
from tests.factories import Make


async def test_me_has_the_role_at_each_site_by_name(make: Make, client_for: ClientFor) -> None:
    user = await make.user()
    first, second = await make.site(), await make.site()
    await make.membership(second, user, Role.SITE_ADMIN)
    await make.membership(first, user, Role.VIEWER)
    client = client_for(user)

    me = (await client.get("/auth/me")).json()

    sites = [
        {"id": first.id, "name": first.name, "role": "viewer"},
        {"id": second.id, "name": second.name, "role": "site_admin"},
    ]
    assert sorted(me.pop("sites"), key=lambda site: site["id"]) == sites
    assert me == {
        "id": user.id,
        "username": user.username,
        "email": user.email,
        "full_name": user.full_name,
        "is_system_admin": False,
    }


async def test_the_sites_are_those_of_me(make: Make, client_for: ClientFor) -> None:
    client = client_for(await make.member(await make.site(), await make.site()))

    me, mine = await client.get("/auth/me"), await client.get("/auth/sites")

    assert mine.json() == {"sites": me.json()["sites"]}


async def test_an_inactive_site_is_a_system_admins_alone(make: Make, client_for: ClientFor) -> None:
    site = await make.site(is_active=False)
    member, admin = client_for(await make.member(site)), client_for(await make.admin())

    assert (await member.get("/auth/sites")).json() == {"sites": []}
    roles = {one["id"]: one["role"] for one in (await admin.get("/auth/sites")).json()["sites"]}
    assert roles[site.id] == "site_admin"


@pytest.mark.parametrize("path", ["/auth/me", "/auth/sites", "/interactions", "/sites", "/users"])
async def test_nobody_is_told_nothing(path: str, client_for: ClientFor) -> None:
    response = await client_for().get(path)

    assert error_of(response, 401)["code"] == "unauthorized"
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "value", ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer a.b.c", "Bearer x y", "bearer \u00ff"]
)
async def test_other_credentials_are_refused(value: str, client_for: ClientFor) -> None:
    headers = {b"Authorization": value.encode("latin-1")}

    error_of(await client_for().get("/auth/me", headers=headers), 401)
