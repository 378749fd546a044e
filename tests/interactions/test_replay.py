"""Whatever happens to interactions, their history tells all of it."""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.vocabulary import Role
from app.interactions.rules import changed_fields
from app.tenancy.scope import SiteScope
from tests.desk import ClientFor, Json
from tests.factories import Client, Make, body
from tests.interactions.test_counts import differences

EXAMPLES = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

contents = st.builds(
    body,
    title=st.sampled_from(["Kickoff", "Review"]),
    type=st.sampled_from(["CALL", "MEETING"]),
    start_datetime=st.sampled_from(["2026-06-12T14:00:00Z", "2026-05-31T23:30:00Z"]),
    notes=st.sampled_from([None, "A note"]),
)
# What to do, with which of the rows, to which version, and what it becomes.
steps = st.lists(
    st.tuples(
        st.sampled_from(["create", "put", "put", "delete", "restore", "revert", "revert"]),
        st.integers(0, 2),
        st.integers(1, 6),
        contents,
    ),
    min_size=4,
    max_size=14,
)


@dataclass
class Row:
    """An interaction as it should be: what it is, and what it was in each version."""

    id: int
    content: Json
    is_deleted: bool = False
    states: list[Json | None] = field(default_factory=list)

    @property
    def path(self) -> str:
        """Where it is."""
        return f"/interactions/{self.id}"

    def become(self, content: Json) -> None:
        """Have another content, in use; the same makes no version."""
        if self.is_deleted or content != self.content:
            self.states.append(content)
        self.content, self.is_deleted = content, False

    def go(self) -> None:
        """Go into the trash."""
        self.states.append(None)
        self.is_deleted = True

    def was(self, version: int) -> Json | None:
        """What it was in a version; None when there was nothing."""
        return self.states[version - 1] if version <= len(self.states) else None


async def do(client: Client, row: Row, name: str, version: int, content: Json) -> None:
    """Do one thing, and have the row do the same."""
    if name == "put":
        status = (await client.put(row.path, json=content)).status_code
        assert status == (404 if row.is_deleted else 200)
        if status == 200:
            row.become(content)
    elif name == "delete":
        status = (await client.delete(row.path)).status_code
        assert status == (404 if row.is_deleted else 204)
        if status == 204:
            row.go()
    elif name == "restore":
        status = (await client.post(f"{row.path}/restore")).status_code
        assert status == (200 if row.is_deleted else 409)
        if status == 200:
            row.become(row.content)
    else:
        sent, state = {"version": version}, row.was(version)
        status = (await client.post(f"{row.path}/restore", json=sent)).status_code
        assert status == (422 if state is None else 200)
        if state is not None:
            row.become(state)


async def must_be_told(client: Client, row: Row) -> None:
    """Look whether the history of a row leads to what it is, step by step."""
    page = (await client.get(f"{row.path}/history?page_size=100")).json()
    history = page["history"][::-1]
    assert [entry["version"] for entry in history] == list(range(1, len(history) + 1))
    assert [entry["after_state"] for entry in history] == row.states
    for earlier, later in pairwise(history):
        assert later["before_state"] == earlier["after_state"]
    replayed: dict[str, Any] = {}
    for entry in history:
        before, after = entry["before_state"] or {}, entry["after_state"] or {}
        assert entry["changes"] == changed_fields(before, after)
        replayed |= {name: change["new"] for name, change in entry["changes"].items()}
    answer = await client.get(row.path)
    assert (answer.status_code == 404) == row.is_deleted
    if not row.is_deleted:
        shown = answer.json()
        assert {name: shown[name] for name in replayed} == replayed
        assert shown["version"] == len(row.states)


@EXAMPLES
@given(steps=steps)
async def test_the_history_replayed_is_the_row_and_the_counts_are_those_of_counting(
    steps: list[tuple[str, int, int, Json]],
    make: Make,
    client_for: ClientFor,
    admin_engine: AsyncEngine,
) -> None:
    site = await make.site()
    client = client_for(user := await make.member(site))
    rows: list[Row] = []
    for name, number, version, content in steps:
        if name == "create" or not rows:
            created = (await client.post("/interactions", json=content)).json()
            rows.append(Row(created["id"], content, states=[content]))
        else:
            row = rows[number % len(rows)]
            await do(client, row, name, version, content)

    for row in rows:
        await must_be_told(client, row)
    in_use = (await client.get("/interactions")).json()["total"]
    thrown_away = (await client.get("/interactions?deleted=true")).json()["total"]
    expected = sum(row.is_deleted for row in rows)
    assert (in_use, thrown_away) == (len(rows) - expected, expected)
    scope = SiteScope(user.id, {site.id: Role.EDITOR})
    assert await differences(admin_engine, scope) == []
