"""Deleting: who may, and that a deleted interaction is nowhere to be seen."""

from app.core.vocabulary import Role
from tests.desk import ClientFor, Desk, error_of
from tests.factories import Make, body


async def test_an_editor_deletes_what_they_created(desk: Desk) -> None:
    created = await desk.create()

    response = await desk.client.delete(f"/interactions/{created['id']}")

    assert (response.status_code, response.content) == (204, b"")


async def test_an_editor_does_not_delete_what_another_created(
    make: Make, desk: Desk, client_for: ClientFor
) -> None:
    created = await desk.create()
    colleague = client_for(await make.member(desk.site))

    error_of(await colleague.delete(f"/interactions/{created['id']}"), 403)

    assert (await desk.client.get(f"/interactions/{created['id']}")).status_code == 200


async def test_a_viewer_deletes_nothing_not_even_their_own(
    make: Make, client_for: ClientFor
) -> None:
    site = await make.site()
    viewer = await make.member(site, role=Role.VIEWER)
    row = await make.interaction(site, viewer)

    error_of(await client_for(viewer).delete(f"/interactions/{row.id}"), 403)


async def test_a_site_admin_deletes_anything_of_the_site(
    make: Make, desk: Desk, client_for: ClientFor
) -> None:
    created = await desk.create()
    admin = client_for(await make.member(desk.site, role=Role.SITE_ADMIN))

    assert (await admin.delete(f"/interactions/{created['id']}")).status_code == 204


async def test_a_deleted_interaction_is_hidden_everywhere(
    make: Make, desk: Desk, client_for: ClientFor
) -> None:
    created = await desk.create(title="Gone for good")
    await desk.client.delete(f"/interactions/{created['id']}")
    path, here = f"/interactions/{created['id']}", {"X-Site-ID": str(desk.site.id)}

    for user in (desk.user, await make.member(desk.site, role=Role.SITE_ADMIN), await make.admin()):
        client = client_for(user)
        error_of(await client.get(path), 404)
        error_of(await client.put(path, json=body()), 404)
        error_of(await client.patch(path, json={"title": "Back again"}), 404)
        error_of(await client.delete(path), 404)
        for listing in ("/interactions", "/search/interactions", "/sites/{}/interactions"):
            found = (await client.get(listing.format(desk.site.id), headers=here)).json()
            assert (found["total"], found["interactions"]) == (0, [])


async def test_a_strangers_deleted_interaction_is_unknown_rather_than_forbidden(
    make: Make, desk: Desk, client_for: ClientFor
) -> None:
    created = await desk.create()
    await desk.client.delete(f"/interactions/{created['id']}")
    stranger = client_for(await make.member(await make.site()))

    error_of(await stranger.get(f"/interactions/{created['id']}"), 404)


async def test_the_history_of_a_deleted_one_is_for_its_creator_and_the_site_admins(
    make: Make, desk: Desk, client_for: ClientFor
) -> None:
    created = await desk.create()
    await desk.client.delete(f"/interactions/{created['id']}")
    path = f"/interactions/{created['id']}/history"
    readers = [desk.user, await make.member(desk.site, role=Role.SITE_ADMIN), await make.admin()]
    others = [await make.member(desk.site), await make.member(desk.site, role=Role.VIEWER)]

    for user in readers:
        history = (await client_for(user).get(path)).json()["history"]
        assert [change["change_type"] for change in history] == ["DELETE", "CREATE"]
    for user in others:
        error_of(await client_for(user).get(path), 404)


async def test_an_external_id_is_unique_at_its_site_until_it_is_deleted(
    make: Make, desk: Desk, client_for: ClientFor
) -> None:
    first = await desk.create(external_id="CRM-1")
    second = await desk.create(external_id="CRM-2")
    elsewhere = client_for(await make.member(await make.site()))

    assert (
        await elsewhere.post("/interactions", json=body(external_id="CRM-1"))
    ).status_code == 201
    error_of(await desk.client.post("/interactions", json=body(external_id=" CRM-1")), 409)
    path = f"/interactions/{second['id']}"
    error_of(await desk.client.patch(path, json={"external_id": "CRM-1"}), 409)
    await desk.client.delete(f"/interactions/{first['id']}")
    assert (await desk.client.patch(path, json={"external_id": "CRM-1"})).status_code == 200
    await desk.create(external_id="crm-1")
