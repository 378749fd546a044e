"""A legal hold is set and lifted by site admins, is seen by all, and leaves a trace."""

from app.core.vocabulary import Role
from tests.desk import ClientFor, Desk, error_of, refused_fields
from tests.factories import Make, body


async def test_only_a_site_admin_sets_and_lifts_a_hold(
    desk: Desk, make: Make, client_for: ClientFor
) -> None:
    admin = client_for(await make.member(desk.site, role=Role.SITE_ADMIN))
    created = await desk.create()
    path = f"/interactions/{created['id']}"
    assert created["legal_hold"] is False

    error_of(await desk.client.patch(path, json={"legal_hold": True}), 403)
    held = (await admin.patch(path, json={"legal_hold": True})).json()
    assert (held["legal_hold"], held["version"]) == (True, 2)
    error_of(await desk.client.patch(path, json={"legal_hold": False}), 403)
    lifted = (await admin.put(path, json=body(legal_hold=False))).json()
    assert (lifted["legal_hold"], lifted["version"]) == (False, 3)


async def test_a_hold_stays_when_the_rest_is_changed_and_may_be_sent_back(
    desk: Desk, make: Make, client_for: ClientFor
) -> None:
    admin = client_for(await make.member(desk.site, role=Role.SITE_ADMIN))
    path = f"/interactions/{(await desk.create())['id']}"
    await admin.patch(path, json={"legal_hold": True})

    replaced = await desk.client.put(path, json=body(title="Another title"))
    again = await desk.client.patch(path, json={"legal_hold": True, "title": "Once more"})

    assert [one.json()["legal_hold"] for one in (replaced, again)] == [True, True]
    (listed,) = (await desk.listed())["interactions"]
    assert listed["legal_hold"] is True
    assert (await desk.client.get(path)).json()["legal_hold"] is True


async def test_a_hold_is_yes_or_no_and_not_for_what_is_new(desk: Desk) -> None:
    created = await desk.create()
    for wrong in (None, 1, "true"):
        response = await desk.client.patch(
            f"/interactions/{created['id']}", json={"legal_hold": wrong}
        )
        assert refused_fields(response).keys() == {"legal_hold"}
    response = await desk.client.post("/interactions", json=body(legal_hold=True))
    assert refused_fields(response).keys() == {"legal_hold"}


async def test_whoever_sets_and_lifts_a_hold_can_be_seen(
    desk: Desk, make: Make, client_for: ClientFor
) -> None:
    user = await make.member(desk.site, role=Role.SITE_ADMIN)
    admin = client_for(user)
    row = await desk.create()
    for hold in (True, True, False):
        await admin.patch(f"/interactions/{row['id']}", json={"legal_hold": hold})

    query = "action=legal_hold.set&action=legal_hold.lifted"
    events = (await admin.get(f"/audit-events?{query}")).json()["audit_events"]

    assert [(one["action"], one["subject"]) for one in events] == [
        ("legal_hold.lifted", f"interaction:{row['id']}"),
        ("legal_hold.set", f"interaction:{row['id']}"),
    ]
