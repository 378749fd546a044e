"""Sharing a search with a site: who reads it then, and who may do what with it."""

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.vocabulary import Role
from tests.desk import ClientFor, error_of
from tests.factories import Make
from tests.saved_searches.conftest import QUERY, Office, Person, content_of, path_of
from tests.tenancy.callers import with_site_ids

UNKNOWN_SITE = 2**31 - 1


async def test_a_shared_search_is_read_at_the_site_and_nowhere_else(office: Office) -> None:
    saved = await office.editor.save(shared_with=office.site.id)

    for person in (office.viewer, office.admin):
        assert await person.read(saved) == saved | {"is_mine": False}
        assert saved["name"] in await person.names()
    await office.stranger.finds_none_of(saved)


async def test_a_search_that_is_shared_no_more_is_the_owners_alone(office: Office) -> None:
    saved = await office.editor.save(shared_with=office.site.id)
    private = content_of(saved, shared_with=None)
    assert (await office.editor.client.put(path_of(saved), json=private)).status_code == 200

    await office.viewer.finds_none_of(saved)
    await office.admin.finds_none_of(saved)
    assert (await office.editor.read(saved))["shared_with"] is None


async def test_two_people_share_searches_of_one_name(office: Office) -> None:
    one = await office.editor.save(name="Ours", shared_with=office.site.id)
    other = await office.admin.save(name="ours", shared_with=office.site.id)

    page = (await office.viewer.client.get("/saved-searches")).json()

    assert [search["id"] for search in page["saved_searches"]] == [one["id"], other["id"]]


async def test_sharing_needs_an_editor_of_the_site(office: Office) -> None:
    saved = await office.viewer.save()
    shared = content_of(saved, shared_with=office.site.id)

    error_of(await office.viewer.client.put(path_of(saved), json=shared), 403)
    error_of(await office.viewer.client.post("/saved-searches", json=shared), 403)
    assert (await office.viewer.read(saved))["shared_with"] is None


async def test_a_shared_search_is_changed_by_its_owner_only(office: Office) -> None:
    saved = await office.editor.save(shared_with=office.site.id)
    for person in (office.viewer, office.admin):
        for content in (content_of(saved), content_of(saved, shared_with=None)):
            error_of(await person.client.put(path_of(saved), json=content), 403)
    error_of(await office.viewer.client.delete(path_of(saved)), 403)
    assert await office.editor.read(saved) == saved


async def test_an_admin_of_the_site_takes_a_search_off_it_and_its_owner_keeps_it(
    office: Office,
) -> None:
    saved = await office.editor.save(shared_with=office.site.id)

    assert (await office.admin.client.delete(path_of(saved))).status_code == 204

    await office.admin.finds_none_of(saved)
    await office.viewer.finds_none_of(saved)
    kept = await office.editor.read(saved)
    assert kept == saved | {"shared_with": None, "updated_at": kept["updated_at"]}


@pytest.mark.parametrize("also", [{}, {"name": ""}], ids=["valid", "otherwise invalid"])
@pytest.mark.parametrize("place", ["shared_with", "eq", "nin"])
async def test_naming_a_site_that_is_not_ones_own_is_refused_whether_or_not_it_exists(
    office: Office, also: dict[str, str], place: str
) -> None:
    saved = await office.editor.save()
    answers = []
    for site_id in (office.elsewhere.id, UNKNOWN_SITE):
        leaf = {"field": "site_id", "op": place, "value": site_id if place == "eq" else [site_id]}
        named = (
            {"shared_with": site_id}
            if place == "shared_with"
            else {"query": {"where": {"or": [{"not": leaf}]}}}
        )
        content = content_of(saved) | named | also
        headers = {"X-Request-ID": "the-same-for-both"}
        for method, path in (("POST", "/saved-searches"), ("PUT", path_of(saved))):
            answers.append(
                await office.editor.client.request(method, path, json=content, headers=headers)
            )
    assert {error_of(answer, 403)["code"] for answer in answers} == {"forbidden"}
    assert len({answer.content for answer in answers}) == 1
    assert await office.editor.read(saved) == saved


async def test_a_system_administrator_is_told_of_a_site_that_there_is_not(
    make: Make, client_for: ClientFor
) -> None:
    client = client_for(await make.admin())
    leaf = {"field": "site_id", "op": "eq", "value": UNKNOWN_SITE}
    for named, field in (
        ({"shared_with": UNKNOWN_SITE}, "shared_with"),
        ({"query": {"where": leaf}}, "query"),
    ):
        response = await client.post("/saved-searches", json={"name": "X", "query": {}} | named)
        assert error_of(response, 422)["details"].keys() == {field}


async def test_an_inactive_site_takes_no_searches(make: Make, client_for: ClientFor) -> None:
    site = await make.site(is_active=False)
    admin = await make.admin()
    person = Person(admin, client_for(admin))
    saved = await person.save()
    shared = content_of(saved, shared_with=site.id)

    error_of(await person.client.post("/saved-searches", json=shared | {"name": "New"}), 409)
    error_of(await person.client.put(path_of(saved), json=shared), 409)


async def test_a_request_for_some_sites_shows_what_is_shared_with_them_and_ones_own(
    api: FastAPI, make: Make, office: Office, client_for: ClientFor
) -> None:
    here = await office.editor.save(shared_with=office.site.id)
    there = await office.stranger.save(shared_with=office.elsewhere.id)
    both = await make.member(office.site, office.elsewhere)
    person = Person(both, client_for(both))
    own = await person.save(shared_with=office.elsewhere.id)
    token = with_site_ids(api, f"Bearer {make.token(api, both)}", [office.site.id])
    by_header = client_for(both, **{"X-Site-ID": str(office.site.id)})
    by_token = client_for(Authorization=token)

    assert {here["name"], there["name"], own["name"]} == set(await person.names())
    for client in (by_header, by_token):
        narrowed = Person(both, client)
        assert {here["name"], own["name"]} == set(await narrowed.names())
        error_of(await client.get(path_of(there)), 404)
        shared = content_of(own, shared_with=office.elsewhere.id)
        error_of(await client.put(path_of(own), json=shared), 403)


async def test_an_owner_who_left_the_site_has_their_search_there_until_it_is_taken_off(
    api: FastAPI, office: Office, admin_engine: AsyncEngine
) -> None:
    saved = await office.editor.save(shared_with=office.site.id)
    statement = text("DELETE FROM app.memberships WHERE user_id = :user")
    async with admin_engine.begin() as connection:
        await connection.execute(statement, {"user": office.editor.user.id})
    api.state.authenticator.callers.forget_all()

    assert await office.viewer.read(saved) == saved | {"is_mine": False}
    assert await office.editor.read(saved) == saved
    error_of(await office.editor.client.put(path_of(saved), json=content_of(saved)), 403)
    private = content_of(saved, shared_with=None)
    assert (await office.editor.client.put(path_of(saved), json=private)).status_code == 200
    await office.viewer.finds_none_of(saved)


async def test_who_joins_the_site_reads_its_searches_and_who_leaves_does_not(
    api: FastAPI, make: Make, office: Office, admin_engine: AsyncEngine
) -> None:
    saved = await office.editor.save(shared_with=office.site.id)
    await make.membership(office.site, office.stranger.user, Role.VIEWER)
    api.state.authenticator.callers.forget_all()
    assert await office.stranger.read(saved) == saved | {"is_mine": False}

    statement = text("DELETE FROM app.memberships WHERE user_id = :user AND site_id = :site")
    values = {"user": office.stranger.user.id, "site": office.site.id}
    async with admin_engine.begin() as connection:
        await connection.execute(statement, values)
    api.state.authenticator.callers.forget_all()
    await office.stranger.finds_none_of(saved)


async def test_a_refused_change_is_an_event_of_the_site(
    office: Office, admin_engine: AsyncEngine
) -> None:
    saved = await office.editor.save(shared_with=office.site.id, query=QUERY)
    error_of(await office.viewer.client.delete(path_of(saved)), 403)
    statement = text(
        "SELECT details FROM app.audit_events WHERE site_id = :site AND action = 'access_denied'"
    )
    async with admin_engine.connect() as connection:
        told = list(await connection.scalars(statement, {"site": office.site.id}))
    assert told == [{"operation": "deleteSavedSearch"}]
