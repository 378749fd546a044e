"""A batch is the same as its items one after the other, and undoing it leaves no trace."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.desk import ClientFor, Desk, Json
from tests.factories import Client, Make, body
from tests.imports.sending import Sender
from tests.operations.batches import send

ROWS = 3
CONTENT = ("title", "lead", "location", "start_datetime", "end_datetime", "timezone", "external_id")

Plan = dict[str, Any]


def changes() -> st.SearchStrategy[Json]:
    """What an item may say of an interaction: mostly right."""
    return st.fixed_dictionaries(
        {},
        optional={
            "title": st.sampled_from(["A new title", "Another one", "No"]),
            "location": st.sampled_from([None, "Room B", " "]),
            "timezone": st.sampled_from(["Asia/Tokyo", "Nowhere"]),
            "end_datetime": st.sampled_from(["2026-06-12T18:00:00", "2026-06-12T09:00:00Z"]),
            # Only the first row's is handed on: two that exchange theirs cannot be undone.
            "external_id": st.sampled_from([None, "key 0", "new"]),
        },
    )


PLANS = st.lists(
    st.one_of(
        st.fixed_dictionaries({"op": st.just("create"), "data": changes()}),
        st.fixed_dictionaries(
            {"op": st.just("update"), "row": st.integers(0, ROWS - 1), "data": changes()},
            optional={"if_version": st.integers(1, 3)},
        ),
        st.fixed_dictionaries(
            {"op": st.just("delete"), "row": st.integers(0, ROWS - 1)},
            optional={"if_version": st.integers(1, 3)},
        ),
    ),
    min_size=1,
    max_size=8,
)


def item_of(plan: Plan, desk: Desk, rows: list[Json]) -> Json:
    """An item about one of the rows of a desk's site."""
    if plan["op"] == "create":
        return {"op": "create", "data": body(site_id=desk.site.id, **plan["data"])}
    item = {name: value for name, value in plan.items() if name != "row"}
    return item | {"id": rows[plan["row"]]["id"]}


async def called(client: Client, item: Json) -> tuple[int, str | None]:
    """The status and the message of the single call for an item."""
    match = {"If-Match": f'"{item["if_version"]}"'} if "if_version" in item else {}
    path = f"/interactions/{item.get('id')}"
    if item["op"] == "create":
        response = await client.post("/interactions", json=item["data"])
    elif item["op"] == "update":
        response = await client.patch(path, json=item["data"], headers=match)
    else:
        response = await client.delete(path, headers=match)
    return response.status_code, None if response.is_success else message_of(response.json())


def message_of(answer: Json) -> str | None:
    """What a refusal says, with what it says of fields."""
    if "error" not in answer:
        return None
    error = answer["error"]
    fields = error.get("details", {}) if error["code"] != "precondition_failed" else {}
    return f"{error['code']}: {error['message']} {sorted(fields.items())}"


async def state_of(desk: Desk) -> list[tuple[Any, ...]]:
    """What is at a site, in the order of its making."""
    page = await desk.listed(f"site_id={desk.site.id}&page_size=100")
    rows = sorted(page["interactions"], key=lambda row: int(row["id"]))
    return [tuple(row[name] for name in CONTENT) for row in rows]


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(plans=PLANS)
async def test_a_batch_is_its_items_one_after_the_other_and_can_be_undone(
    plans: list[Plan], make: Make, client_for: ClientFor, sender: Sender
) -> None:
    sites = [await make.site(), await make.site()]
    client = client_for(user := await make.member(*sites))
    at_once, one_by_one = [Desk(site=site, user=user, client=client) for site in sites]
    rows = {
        desk.site.id: [
            await desk.create(site_id=desk.site.id, external_id=f"key {n}") for n in range(ROWS)
        ]
        for desk in (at_once, one_by_one)
    }
    before = await state_of(at_once)

    items = [item_of(plan, at_once, rows[at_once.site.id]) for plan in plans]
    answer = (await send(client, *items)).json()
    singles = [
        await called(client, item_of(plan, one_by_one, rows[one_by_one.site.id])) for plan in plans
    ]

    assert [(one["status"], message_of(one)) for one in answer["results"]] == singles
    assert await state_of(at_once) == await state_of(one_by_one)
    if answer["operation_id"] is not None:
        undo = await Sender(client, sender.desk).undo(answer["operation_id"])
        assert undo["outcome"]["conflicts"] == []
    assert await state_of(at_once) == before
