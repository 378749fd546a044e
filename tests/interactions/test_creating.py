"""Creating interactions."""

from datetime import UTC, datetime, timedelta

from app.core.vocabulary import Role
from tests.desk import ClientFor, Desk, error_of, refused_fields
from tests.factories import Make, body


async def test_creating_answers_the_whole_with_its_address_and_tag(desk: Desk) -> None:
    response = await desk.client.post("/interactions", json=body(site_id=desk.site.id))

    assert response.status_code == 201
    created = response.json()
    assert response.headers["Location"] == f"/api/v1/interactions/{created['id']}"
    assert response.headers["ETag"] == '"1"'
    times = {created.pop("created_at"), created.pop("updated_at")}
    assert len(times) == 1
    age = datetime.now(UTC) - datetime.fromisoformat(times.pop())
    assert abs(age) < timedelta(minutes=1)
    assert created.pop("id") > 0
    assert created == body(site_id=desk.site.id) | {
        "duration_minutes": 60,
        "version": 1,
        "created_by": desk.user.id,
        "updated_by": desk.user.id,
        "confidential_notes": None,
        "legal_hold": False,
    }


async def test_what_was_created_can_be_read_at_its_address(desk: Desk) -> None:
    response = await desk.client.post("/interactions", json=body())

    read = await desk.client.get(f"http://test{response.headers['Location']}")

    assert read.json() == response.json()


async def test_the_only_site_need_not_be_named(desk: Desk) -> None:
    assert (await desk.create())["site_id"] == desk.site.id


async def test_one_of_many_sites_has_to_be_named(make: Make, client_for: ClientFor) -> None:
    client = client_for(await make.member(await make.site(), await make.site()))

    response = await client.post("/interactions", json=body())

    assert refused_fields(response) == {"site_id": "Site is required"}


async def test_a_narrowing_header_names_the_site(make: Make, client_for: ClientFor) -> None:
    first, second = await make.site(), await make.site()
    client = client_for(await make.member(first, second), **{"X-Site-ID": str(second.id)})

    response = await client.post("/interactions", json=body())

    assert response.json()["site_id"] == second.id


async def test_a_header_and_a_body_that_name_different_sites_are_refused(
    make: Make, client_for: ClientFor
) -> None:
    first, second = await make.site(), await make.site()
    client = client_for(await make.member(first, second), **{"X-Site-ID": str(second.id)})

    response = await client.post("/interactions", json=body(site_id=first.id))

    error_of(response, 403)


async def test_who_has_no_site_may_not_create(make: Make, client_for: ClientFor) -> None:
    response = await client_for(await make.user()).post("/interactions", json=body())

    error_of(response, 403)


async def test_the_role_is_refused_before_the_body_is_looked_at(
    make: Make, client_for: ClientFor
) -> None:
    site = await make.site()
    viewer = client_for(await make.member(site, role=Role.VIEWER))

    response = await viewer.post("/interactions", json={"title": ""})

    error_of(response, 403)


async def test_another_site_is_refused_whether_or_not_it_exists(make: Make, desk: Desk) -> None:
    theirs = await make.site()

    answers = [
        error_of(await desk.client.post("/interactions", json=body(site_id=site_id)), 403)
        for site_id in (theirs.id, 2**31 - 1)
    ]

    assert answers[0]["message"] == answers[1]["message"]


async def test_a_system_admin_is_told_of_a_site_that_is_not_there(
    make: Make, client_for: ClientFor
) -> None:
    client = client_for(await make.admin())

    response = await client.post("/interactions", json=body(site_id=2**31 - 1))

    assert "site_id" in refused_fields(response)


async def test_an_inactive_site_takes_no_interaction(make: Make, client_for: ClientFor) -> None:
    site = await make.site(is_active=False)
    editor, admin = client_for(await make.member(site)), client_for(await make.admin())

    error_of(await editor.post("/interactions", json=body(site_id=site.id)), 403)
    error_of(await admin.post("/interactions", json=body(site_id=site.id)), 409)


async def test_an_empty_body_is_refused(desk: Desk) -> None:
    for content in (b"", b"null", b"[]", b'"text"', b"{}"):
        response = await desk.client.post(
            "/interactions", content=content, headers={"Content-Type": "application/json"}
        )
        error_of(response, 422)


async def test_a_site_id_of_another_kind_is_a_field_error(desk: Desk) -> None:
    values: list[object] = ["x", 1.5, True, [], {}, 0, -1, 2**31, 2**63, 10**30]
    for value in values:
        response = await desk.client.post("/interactions", json=body(site_id=value))
        assert "site_id" in refused_fields(response), value


async def test_read_only_fields_are_refused_when_creating(desk: Desk) -> None:
    sent = {
        "id": 1,
        "version": 1,
        "duration_minutes": 60,
        "created_by": desk.user.id,
        "created_at": "2026-06-12T14:00:00Z",
        "updated_by": desk.user.id,
        "updated_at": "2026-06-12T14:00:00Z",
        "site": {"id": desk.site.id, "name": desk.site.name},
        "creator": None,
        "updater": None,
        "deleted_at": None,
        "operation_id": None,
    }

    response = await desk.client.post("/interactions", json=body(**sent))

    assert refused_fields(response).keys() == sent.keys()


async def test_a_misspelt_field_is_named_with_the_nearest_known_one(desk: Desk) -> None:
    response = await desk.client.post("/interactions", json=body(locaton="Room B"))

    assert refused_fields(response) == {"locaton": "Unknown field; did you mean location?"}


async def test_types_are_listed_with_their_labels(desk: Desk) -> None:
    types = (await desk.client.get("/interactions/types")).json()["types"]

    assert [kind["value"] for kind in types] == [
        "MEETING",
        "CALL",
        "EMAIL",
        "UPDATE",
        "TRAINING",
        "REVIEW",
        "PRESENTATION",
        "CONFERENCE",
        "WORKSHOP",
        "SITE_VISIT",
        "OTHER",
    ]
    assert {kind["value"]: kind["label"] for kind in types}["SITE_VISIT"] == "Site visit"
