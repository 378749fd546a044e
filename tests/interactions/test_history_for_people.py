"""Reading the history: of one field, and by which means something was changed."""

from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.database import unscoped_transaction
from app.core.vocabulary import OperationKind, Role
from app.interactions.repository import lock_interaction, update_interactions
from app.models import Operation
from app.tenancy.scope import SiteScope
from app.tenancy.session import scoped_session
from tests.desk import ClientFor, Desk, Json, error_of, refused_fields
from tests.factories import Make


async def history(desk: Desk, interaction_id: int, query: str) -> Json:
    """A page of the history."""
    response = await desk.client.get(f"/interactions/{interaction_id}/history?{query}")
    assert response.status_code == 200, response.text
    page: Json = response.json()
    return page


async def test_the_history_of_one_field_has_its_changes_and_no_others(desk: Desk) -> None:
    created = await desk.create()
    path = f"/interactions/{created['id']}"
    await desk.client.patch(path, json={"title": "Another title", "location": "Hall"})
    await desk.client.patch(path, json={"location": None})
    await desk.client.patch(path, json={"title": "A third title"})

    page = await history(desk, created["id"], "field=title&page_size=2")

    assert (page["total"], page["total_pages"]) == (3, 2)
    assert [entry["version"] for entry in page["history"]] == [4, 2]
    assert [entry["changes"] for entry in page["history"]] == [
        {"title": {"old": "Another title", "new": "A third title"}},
        {"title": {"old": "Project kickoff", "new": "Another title"}},
    ]
    assert (await history(desk, created["id"], "field=notes"))["total"] == 0
    link = (await desk.client.get(f"{path}/history?field=title&page_size=2")).headers["Link"]
    assert "field=title" in link


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("field=titel", "Unknown field; did you mean title?"),
        ("field=confidential_notes", "Unknown field"),
        ("field=", "Unknown field"),
        ("field=title&field=notes", "This parameter can be given only once"),
    ],
)
async def test_a_field_that_there_is_not_is_refused(query: str, sentence: str, desk: Desk) -> None:
    created = await desk.create()
    response = await desk.client.get(f"/interactions/{created['id']}/history?{query}")
    assert refused_fields(response, 400)["field"].startswith(sentence)


async def test_the_history_of_a_field_in_the_trash_is_for_the_same_people(
    make: Make, desk: Desk, client_for: ClientFor
) -> None:
    created = await desk.create()
    await desk.client.delete(f"/interactions/{created['id']}")
    colleague = client_for(await make.member(desk.site))

    page = await history(desk, created["id"], "field=title")
    assert [entry["change_type"] for entry in page["history"]] == ["DELETE", "CREATE"]
    error_of(await colleague.get(f"/interactions/{created['id']}/history?field=title"), 404)


async def test_an_entry_names_the_key_that_a_machine_called_with(
    api: FastAPI, make: Make, desk: Desk, client_for: ClientFor
) -> None:
    created = await desk.create()
    row, key = await make.api_key(api, desk.user, desk.site, role=Role.EDITOR)
    machine = client_for(Authorization=f"Bearer {key}")
    path = f"/interactions/{created['id']}"
    for version in (None, 1):
        await machine.patch(path, json={"title": f"Title by a machine {version}"})
        await desk.client.delete(path)
        restored = await machine.post(f"{path}/restore", json={"version": version})
        assert restored.status_code == 200, restored.text

    by_key = [entry["api_key_id"] for entry in await desk.history(created["id"])]

    assert by_key == [row.id, None, row.id] * 2 + [None]


@pytest.mark.parametrize("kind", list(OperationKind))
async def test_an_entry_names_the_operation_that_it_was_a_part_of(
    kind: OperationKind, desk: Desk, engine: AsyncEngine
) -> None:
    created = await desk.create()
    operation = Operation(id=uuid4(), owner_id=desk.user.id, kind=kind.value, undo_id=uuid4())
    async with unscoped_transaction(engine) as session:
        session.add(operation)
    assert operation.undo_id
    for operation_id, title in (
        (operation.id, "By the operation"),
        (operation.undo_id, "By its undoing"),
        (uuid4(), "By one that is forgotten"),
    ):
        await change_as_part_of(desk, engine, created["id"], operation_id, title)

    named = [entry["operation"] for entry in await desk.history(created["id"])]

    assert named == [
        None,
        {"id": str(operation.undo_id), "kind": "undo"},
        {"id": str(operation.id), "kind": kind.value},
        None,
    ]


async def change_as_part_of(
    desk: Desk, engine: AsyncEngine, interaction_id: int, operation_id: UUID, title: str
) -> None:
    """Change an interaction as operations do."""
    scope = SiteScope(desk.user.id, {desk.site.id: Role.EDITOR})
    async with scoped_session(engine, scope) as session:
        row = await lock_interaction(session, interaction_id)
        await update_interactions(session, [(row, {"title": title})], operation_id=operation_id)
