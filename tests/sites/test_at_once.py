"""What an administrator changes counts from the next request on, also for callers seen just now."""

from app.core.vocabulary import Role
from tests.desk import ClientFor
from tests.factories import Make, body, unique


async def test_a_new_site_is_there_for_its_maker(make: Make, client_for: ClientFor) -> None:
    admin = client_for(await make.admin())

    site = (await admin.post("/sites", json={"name": unique("New"), "timezone": "UTC"})).json()

    assert (await admin.get(f"/sites/{site['id']}")).status_code == 200
    created = await admin.post("/interactions", json=body(site_id=site["id"]))
    assert created.status_code == 201


async def test_a_role_counts_when_it_is_given_changed_and_taken(
    make: Make, client_for: ClientFor
) -> None:
    site, user, admin = await make.site(), await make.user(), client_for(await make.admin())
    client, members = client_for(user), f"/sites/{site.id}/members"
    await make.member(site, role=Role.SITE_ADMIN)

    async def may_create() -> bool:
        return (await client.post("/interactions", json=body(site_id=site.id))).status_code == 201

    assert not await may_create()
    await admin.post(members, json={"user_id": user.id, "role": "editor"})
    assert await may_create()
    await admin.put(f"{members}/{user.id}", json={"role": "viewer"})
    assert not await may_create()
    assert (await client.get(f"/sites/{site.id}")).status_code == 200
    await admin.delete(f"{members}/{user.id}")
    assert (await client.get(f"/sites/{site.id}")).status_code == 403


async def test_a_site_counts_when_it_ends_and_begins_again(
    make: Make, client_for: ClientFor
) -> None:
    site = await make.site()
    client, admin = client_for(await make.member(site)), client_for(await make.admin())
    path = f"/sites/{site.id}"
    assert (await client.get(path)).status_code == 200

    await admin.delete(f"{path}?force=true")
    assert (await client.get(path)).status_code == 403
    active = {"name": site.name, "timezone": "UTC", "is_active": True}
    await admin.put(path, json=active)
    assert (await client.get(path)).status_code == 200


async def test_a_user_is_out_when_deactivated(make: Make, client_for: ClientFor) -> None:
    user, admin = await make.user(), client_for(await make.admin())
    client = client_for(user)
    assert (await client.get("/auth/me")).status_code == 200

    await admin.delete(f"/users/{user.id}")

    assert (await client.get("/auth/me")).status_code == 401
