"""Saving, reading, replacing and deleting one's own searches."""

import asyncio

import pytest
from fastapi import FastAPI

from app.core.vocabulary import Role
from app.saved_searches import rules
from tests.desk import ClientFor, Json, error_of, refused_fields
from tests.factories import Make, unique
from tests.saved_searches.conftest import QUERY, Office, Person, content_of, path_of


async def test_a_search_is_answered_as_it_was_saved(owner: Person) -> None:
    content = {"name": " Calls   of last week ", "query": QUERY}

    response = await owner.client.post("/saved-searches", json=content)

    assert response.status_code == 201
    saved = response.json()
    assert response.headers["Location"] == f"/api/v1/saved-searches/{saved['id']}"
    assert saved == {
        "id": saved["id"],
        "name": "Calls of last week",
        "query": QUERY,
        "shared_with": None,
        "is_mine": True,
        "owner": {"id": owner.user.id, "full_name": owner.user.full_name},
        "created_at": saved["created_at"],
        "updated_at": saved["created_at"],
    }
    assert await owner.read(saved) == saved


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"q": None},
        {"q": "a"},
        {"tz": "America/New_York"},
        {"sort": ["relevance"], "q": "words"},
        {"where": {"field": "notes", "op": "is_null", "value": False}},
        {"where": {"field": "site_id", "op": "nin", "value": [2]}},
        {"where": {"field": "duration_minutes", "op": "between", "value": [0, 10**9]}},
        {"where": {"field": "created_at", "op": "gte", "value": "2026-06-12T14:00:00+02:00"}},
        {"where": {"field": "start_datetime", "op": "lt", "value": {"next": "P1M"}}},
        {"where": {"field": "title", "op": "eq", "value": "\u2603 100%_\\ 'x\" -- \U0001f600"}},
        {"where": {"or": [{"not": {"and": [{"field": "type", "op": "neq", "value": "CALL"}]}}]}},
    ],
)
async def test_the_stored_form_is_what_was_sent_and_can_be_sent_again(
    make: Make, client_for: ClientFor, query: Json
) -> None:
    admin = await make.admin()
    person = Person(admin, client_for(admin))
    site = await make.site()
    if "site_id" in str(query):
        query = {"where": {"field": "site_id", "op": "nin", "value": [site.id]}}

    saved = await person.save(query=query)

    assert saved["query"] == query
    again = await person.client.put(path_of(saved), json=content_of(saved))
    assert again.json() == saved
    assert (await person.read(saved))["query"] == query


async def test_putting_replaces_all_of_it(office: Office) -> None:
    saved = await office.editor.save(shared_with=office.site.id)

    response = await office.editor.client.put(
        path_of(saved), json={"name": "Another", "query": {"q": "else"}}
    )

    assert response.status_code == 200
    replaced = response.json()
    assert replaced["updated_at"] > saved["updated_at"]
    assert replaced == saved | {
        "name": "Another",
        "query": {"q": "else"},
        "shared_with": None,
        "updated_at": replaced["updated_at"],
    }
    assert await office.editor.read(saved) == replaced


async def test_a_deleted_search_is_gone(owner: Person) -> None:
    saved = await owner.save()
    assert (await owner.client.delete(path_of(saved))).status_code == 204
    await owner.finds_none_of(saved)
    await owner.save(name=saved["name"])


async def test_searches_are_listed_by_name_a_page_at_a_time(owner: Person) -> None:
    for name in ("beta", "Alpha", "gamma"):
        await owner.save(name=name)

    response = await owner.client.get("/saved-searches?page_size=2")

    page = response.json()
    assert [search["name"] for search in page["saved_searches"]] == ["Alpha", "beta"]
    assert (page["total"], page["total_is_exact"], page["total_pages"]) == (3, True, 2)
    assert 'rel="next"' in response.headers["Link"]
    assert await owner.names() == ["Alpha", "beta", "gamma"]


async def test_the_search_of_another_is_as_unknown_as_one_that_there_is_not(
    make: Make, office: Office, client_for: ClientFor
) -> None:
    saved = await office.editor.save()
    system_admin = await make.admin()
    people = [office.viewer, office.admin, office.stranger]
    for person in [*people, Person(system_admin, client_for(system_admin))]:
        await person.finds_none_of(saved)
        headers = {"X-Request-ID": "the-same-for-both"}
        answers = [
            await person.client.get(f"/saved-searches/{search_id}", headers=headers)
            for search_id in (saved["id"], 2**63 - 1)
        ]
        assert answers[0].content == answers[1].content
    assert await office.editor.read(saved) == saved


async def test_a_name_is_used_once_whatever_its_case(office: Office) -> None:
    saved = await office.editor.save(name="Last week")
    other = await office.editor.save()

    for name in ("Last week", "LAST  WEEK "):
        for response in (
            await office.editor.client.post("/saved-searches", json={"name": name, "query": {}}),
            await office.editor.client.put(path_of(other), json=content_of(other, name=name)),
        ):
            assert error_of(response, 409)["code"] == "conflict"
            assert refused_fields(response, 409).keys() == {"name"}
    await office.viewer.save(name="Last week")  # others have names of their own
    renamed = await office.editor.client.put(
        path_of(saved), json=content_of(saved, name="LAST WEEK")
    )
    assert renamed.json()["name"] == "LAST WEEK"


async def test_of_two_with_one_name_at_once_one_is_saved(owner: Person) -> None:
    content = {"name": unique("Race"), "query": QUERY}

    answers = await asyncio.gather(
        *(owner.client.post("/saved-searches", json=content) for _ in range(4))
    )

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert await owner.names() == [content["name"]]


async def test_nobody_keeps_more_searches_than_one_can(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert rules.MAX_SEARCHES == 200
    monkeypatch.setattr(rules, "MAX_SEARCHES", 3)
    first, _ = await owner.save(), await owner.save()
    content = [{"name": unique("Last"), "query": {}} for _ in range(3)]

    answers = await asyncio.gather(
        *(owner.client.post("/saved-searches", json=one) for one in content)
    )

    refused = [answer for answer in answers if answer.status_code != 201]
    assert len(refused) == 2
    assert "3 saved searches" in error_of(refused[0], 409)["message"]
    assert (await owner.client.put(path_of(first), json=content_of(first))).status_code == 200
    await owner.client.delete(path_of(first))
    await owner.save()


async def test_a_machine_reads_the_searches_of_its_owner_and_changes_none(
    api: FastAPI, make: Make, office: Office, client_for: ClientFor
) -> None:
    saved = await office.admin.save()
    _, key = await make.api_key(api, office.admin.user, office.site, role=Role.SITE_ADMIN)
    machine = Person(office.admin.user, client_for(Authorization=f"Bearer {key}"))

    assert await machine.read(saved) == saved
    assert saved["name"] in await machine.names()
    error_of(await machine.client.post("/saved-searches", json=content_of(saved)), 403)
    error_of(await machine.client.put(path_of(saved), json=content_of(saved)), 403)
    error_of(await machine.client.delete(path_of(saved)), 403)
