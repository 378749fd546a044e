"""Any number of changes, each made once."""

import asyncio
import csv
import subprocess
import sys
from pathlib import Path

import pytest

from app.client.batching import MAX_BYTES, MAX_ITEMS, portions
from app.client.errors import PreconditionFailedError, ValidationFailedError
from app.core.vocabulary import Role
from tests.client.conftest import Workplace
from tests.client.proxy import Fate, Proxy
from tests.client.served import Service
from tests.factories import body, unique

ROOT = Path(__file__).parents[2]
HEADER = ["", "date", "dossier", "lobbyists", "location", "mep", "title"]


def test_items_are_divided_by_number_and_by_size() -> None:
    small = [{"op": "delete", "id": number} for number in range(2 * MAX_ITEMS + 1)]
    assert [len(portion) for portion in portions(small)] == [MAX_ITEMS, MAX_ITEMS, 1]
    assert [item for portion in portions(small) for item in portion] == small

    large = [{"op": "create", "data": {"notes": "é" * (MAX_BYTES // 5)}} for _ in range(5)]
    assert [len(portion) for portion in portions(large)] == [2, 2, 1]
    too_large = {"op": "create", "data": {"notes": "n" * MAX_BYTES}}
    assert [len(portion) for portion in portions([too_large, small[0]])] == [1, 1]
    assert list(portions([])) == []


async def test_more_changes_than_a_request_takes_are_made(workplace: Workplace) -> None:
    site_id = workplace.site.id
    items = [{"op": "create", "data": body(site_id=site_id)} for _ in range(MAX_ITEMS + 2)]
    items[1] = {"op": "create", "data": body(site_id=site_id, title="Abc")}

    answers = [done async for done in workplace.client.iter_batches(items)]

    assert [(done.succeeded, done.failed) for done in answers] == [(MAX_ITEMS - 1, 1), (2, 0)]
    refused = answers[0].results[1].error
    assert refused is not None
    assert refused.code == "validation_error"
    assert (await workplace.client.list_interactions()).total == MAX_ITEMS + 1


async def test_all_or_nothing_is_an_error_that_names_the_item(workplace: Workplace) -> None:
    items = [{"op": "create", "data": body()}, {"op": "create", "data": body(title="Abc")}]

    with pytest.raises(ValidationFailedError) as refused:
        await workplace.client.batch_interactions({"mode": "atomic", "items": items})

    assert list(refused.value.details) == ["items.1.title"]
    assert (await workplace.client.list_interactions()).total == 0


async def test_keeping_what_another_system_has(workplace: Workplace) -> None:
    key, content = f"CRM/{unique('key')} 1?", body()
    del content["external_id"]

    made = await workplace.client.upsert_interaction(key, content, only_new=True)
    same = await workplace.client.upsert_interaction(key, content)
    changed = await workplace.client.upsert_interaction(
        key, content | {"location": "Hall 2"}, if_match=same.version
    )

    assert made.external_id == key
    assert (made.version, same.version, changed.version) == (1, 1, 2)
    with pytest.raises(PreconditionFailedError):
        await workplace.client.upsert_interaction(key, content, only_new=True)


async def test_what_was_deleted_is_in_the_trash_and_comes_back(workplace: Workplace) -> None:
    row, client = await workplace.interaction(), workplace.client
    await client.delete_interaction(row.id)

    assert [one.id async for one in client.iter_interactions(deleted=True)] == [row.id]
    await client.restore_interaction(row.id)
    assert [one.id async for one in client.iter_interactions()] == [row.id]
    changes = [one.change_type async for one in client.iter_site_activity(workplace.site.id)]
    assert changes == ["RESTORE", "DELETE", "CREATE"]


def write_register(path: Path, titles: list[str]) -> None:
    """A register of meetings with these titles."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(HEADER)
        for number, title in enumerate(titles):
            rows.writerow([number, "27-10-2021", "", "A company", "remote", "Ada Lead", title])


async def test_a_register_is_kept_whatever_is_lost(
    served: Service, proxy: Proxy, tmp_path: Path
) -> None:
    site = await served.make.site()
    owner = await served.make.member(site)
    _, key = await served.make.api_key(served.api, owner, site, role=Role.EDITOR)
    titles = [f"Meeting {number}" for number in range(MAX_ITEMS + 50)]

    def run() -> subprocess.CompletedProcess[str]:
        program = ROOT / "docs" / "examples" / "sync_register.py"
        return subprocess.run(  # noqa: S603 - our own program
            [sys.executable, program, proxy.url, str(site.id), tmp_path / "register.csv"],
            env={"PYTHONPATH": str(ROOT), "IMS_KEY": key},
            capture_output=True,
            text=True,
            check=False,
        )

    async def sync() -> str:
        write_register(tmp_path / "register.csv", [*titles, "Abc"])
        done = await asyncio.to_thread(run)
        assert done.stderr == ""
        return done.stdout

    proxy.will(Fate.UNANSWERED, Fate.LOST, Fate.CUT, about="/batch")
    assert f"{len(titles)} written" in await sync()
    assert f"{len(titles)} unchanged" in await sync()
    titles[7] = "Meeting with another title"
    assert "      1 written" in await sync()
    async with served.client(owner) as client:
        rows = [row async for row in client.iter_site_interactions(site.id)]
        versions = sorted(row.version for row in rows)
    assert versions == [1] * (len(titles) - 1) + [2]
