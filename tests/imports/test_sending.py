"""A file is sent, and looked through; nothing is written."""

import hashlib
from pathlib import Path

import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.config import Settings
from app.core.database import unscoped_transaction
from app.core.queue import JobQueue
from app.core.redis import create_redis
from app.core.vocabulary import Role
from app.models import Import
from tests.desk import ClientFor, Desk, error_of
from tests.factories import Make
from tests.imports.files.making import calendar, workbook
from tests.imports.making import HEADER, ROW, TEXT, table
from tests.imports.sending import Sender, counts

GUESSED = {
    "title": "title",
    "type": "type",
    "lead": "lead",
    "start_datetime": "start",
    "end_datetime": "end",
    "description": "description",
}


def columns(mapping: dict[str, dict[str, dict[str, str | None]]]) -> dict[str, str | None]:
    """The column of each field."""
    return {name: source["column"] for name, source in mapping["fields"].items()}


async def test_a_file_is_accepted_and_looked_through(sender: Sender, desk: Desk) -> None:
    response = await sender.post(
        TEXT, name="C:\\Users\\me\\../../r\u00f6ws\u202e.csv", site_id=desk.site.id
    )

    told = response.json()
    assert (response.status_code, told["status"], told["stage"]) == (202, "queued", "check")
    assert response.headers["Location"] == f"/api/v1/imports/{told['id']}"
    assert (told["file_name"], told["file_size"]) == ("r\u00f6ws.csv", len(TEXT))
    assert told["file_hash"] == hashlib.sha256(TEXT.encode()).hexdigest()

    done = await sender.done(response)
    assert (done["status"], done["progress"], done["reading"]["kind"]) == ("succeeded", 100, "csv")
    assert columns(done["reading"]["mapping"]) == GUESSED
    assert counts(done["check"]) == {"created": 1}
    assert await desk.titles() == []


async def test_rows_are_refused_by_the_rules_of_every_interaction(
    sender: Sender, desk: Desk
) -> None:
    rows = [ROW, ["Hi", *ROW[1:]], [*ROW[:4], "2026-06-12T13:00:00Z", ""], ROW[:3]]

    done = await sender.check(table(*rows), site_id=desk.site.id)

    assert counts(done["check"]) == {"created": 1, "refused": 3}
    assert done["check"]["errors"] == [
        {"row": "2", "errors": {"title": "Title must be between 5 and 100 characters (too short)"}},
        {
            "row": "3",
            "errors": {
                "end_datetime": "End date must be after start date",
                "description": "Description is required",
            },
        },
        {"row": "4", "errors": {"row": "The row has not as many cells as there are columns"}},
    ]


async def test_the_first_hundred_errors_are_told_and_all_are_in_the_file(
    sender: Sender, desk: Desk
) -> None:
    done = await sender.check(table(*[["Hi", *ROW[1:]]] * 150), site_id=desk.site.id)

    assert (len(done["check"]["errors"]), done["check"]["reasons"][0]["count"]) == (100, 150)
    assert len((await sender.errors(done["id"])).splitlines()) == 151


async def test_what_is_not_mapped_is_said_and_can_be_mapped(sender: Sender, desk: Desk) -> None:
    done = await sender.check(table(ROW, header=[*HEADER[:1], *"bcdef"]), site_id=desk.site.id)
    assert "lead" in done["reading"]["missing"]
    assert done["check"] is None
    response = await desk.client.post(f"/imports/{done['id']}/commit")
    assert response.status_code == 409

    mapping = done["reading"]["mapping"]
    mapping["fields"] |= {
        "lead": {"column": "c"},
        "type": {"value": "CALL"},
        "description": {"template": "{f}, {b}"},
    }
    changed = await sender.change(done["id"], mapping=mapping)

    assert (changed["reading"]["missing"], changed["reading"]["is_guessed"]) == ([], False)
    assert counts(changed["check"]) == {"created": 1}


async def test_a_row_goes_to_the_site_that_it_names_by_name_or_by_id(
    sender: Sender, desk: Desk, make: Make
) -> None:
    other, foreign, watched = await make.site(), await make.site(), await make.site()
    await make.membership(other, desk.user, Role.EDITOR)
    await make.membership(watched, desk.user, Role.VIEWER)
    names = [desk.site.name.upper(), str(other.id), foreign.name, str(foreign.id), watched.name, ""]
    rows = [[*ROW, name] for name in names]

    done = await sender.bring_in(table(*rows, header=[*HEADER, "site"]), site_id=other.id)

    assert counts(done["result"]) == {"created": 3, "refused": 3}
    assert [error["errors"]["site"] for error in done["result"]["errors"]] == [
        "This site is not one of yours",
        "This site is not one of yours",
        "This needs the role editor at the site",
    ]
    listed = (await desk.listed(f"site_id={other.id}"))["total"]
    assert (listed, (await desk.listed(f"site_id={desk.site.id}"))["total"]) == (2, 1)


@pytest.mark.parametrize("role", [Role.VIEWER, None])
async def test_a_site_that_is_named_has_to_be_one_to_write_to(
    sender: Sender, desk: Desk, make: Make, role: Role | None
) -> None:
    site = await make.site()
    if role is not None:
        await make.membership(site, desk.user, role)

    response = await sender.post(TEXT, site_id=site.id)

    assert response.status_code == 403
    done = await sender.check(TEXT, site_id=desk.site.id)
    changed = await desk.client.patch(f"/imports/{done['id']}", json={"site_id": site.id})
    assert changed.status_code == 403


async def test_a_token_for_one_site_does_not_write_to_another(
    sender: Sender, desk: Desk, make: Make
) -> None:
    other = await make.site()
    await make.membership(other, desk.user, Role.EDITOR)
    sender.client.headers["X-Site-ID"] = str(desk.site.id)
    sent = await sender.post(table([*ROW, other.name], header=[*HEADER, "site"]))
    del sender.client.headers["X-Site-ID"]

    done = await sender.done(sent)

    assert done["check"]["errors"][0]["errors"] == {"site": "This site is not one of yours"}


async def test_a_workbook_and_a_calendar_are_read_alike(sender: Sender, desk: Desk) -> None:
    book = await sender.check(workbook(HEADER, ROW), name="rows.txt", site_id=desk.site.id)
    event = "UID:a\nSUMMARY:A meeting\nDTSTART:20260612T140000Z\nDTEND:20260612T150000Z"
    people = "ORGANIZER;CN=Ada:mailto:ada@example.org"
    dates = await sender.bring_in(calendar(f"{event}\n{people}"), site_id=desk.site.id)

    assert (book["reading"]["kind"], counts(book["check"])) == ("xlsx", {"created": 1})
    assert (dates["reading"]["kind"], counts(dates["result"])) == ("ics", {"created": 1})
    (row,) = (await desk.listed("external_id=a"))["interactions"]
    assert (row["title"], row["lead"], row["start_datetime"]) == (
        "A meeting",
        "Ada",
        "2026-06-12T14:00:00Z",
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"MZ\x90\x00" + bytes(100), "a program"),
        (b"%PDF-1.7 ", "a PDF"),
        (bytes(range(1, 256)) * 9, "not text"),
    ],
)
async def test_what_is_no_table_is_refused_at_once(
    sender: Sender, content: bytes, message: str
) -> None:
    response = await sender.post(content)

    assert response.status_code == 422
    assert message in response.json()["error"]["details"]["file"]


async def test_what_turns_out_to_be_damaged_is_told(sender: Sender, desk: Desk) -> None:
    done = await sender.check(workbook(HEADER, ROW)[:-200], site_id=desk.site.id)

    assert (done["status"], done["error"]["code"]) == ("failed", "file_refused")
    assert done["error"]["message"] == "rows.csv is damaged, or cut off"


@pytest.mark.parametrize(
    ("fields", "status", "named"),
    [
        ({"mapping": "{"}, 400, None),
        ({"mapping": '{"fields": {"titel": {"column": "a"}}}'}, 422, "mapping.fields.titel"),
        ({"mapping": '{"fields": {"title": {}}}'}, 422, "mapping.fields.title"),
        ({"tz": "Mars/Base"}, 422, "tz"),
        ({"site_id": "x"}, 422, "site_id"),
        ({"duplicates": '{"similar": "maybe"}'}, 422, "duplicates.similar"),
        ({"window": '{"from": "2026-01-02", "to": "2026-01-01"}'}, 422, "window"),
        ({"color": "red"}, 422, "form"),
    ],
)
async def test_options_that_are_wrong_are_named(
    sender: Sender, fields: dict[str, str], status: int, named: str | None
) -> None:
    response = await sender.post(TEXT, **fields)

    assert response.status_code == status, response.text
    if named is not None:
        assert any(key.startswith(named) for key in response.json()["error"]["details"])


async def test_another_mapping_goes_before_the_guess_and_null_brings_it_back(
    sender: Sender, desk: Desk
) -> None:
    done = await sender.check(TEXT, site_id=desk.site.id)
    mapping = done["reading"]["mapping"]
    mapping["fields"]["title"] = {"template": "{lead}: {title}"}
    changed = await sender.change(done["id"], mapping=mapping)
    assert changed["options"]["mapping"]["fields"]["title"]["template"] == "{lead}: {title}"

    back = await sender.change(done["id"], mapping=None)

    assert columns(back["reading"]["mapping"]) == GUESSED
    assert back["options"]["site_id"] == desk.site.id


async def test_ones_own_are_listed_newest_first_and_dropped(sender: Sender, desk: Desk) -> None:
    first, second = [await sender.check(TEXT, site_id=desk.site.id) for _ in range(2)]
    page = (await desk.client.get("/imports")).json()
    assert [row["id"] for row in page["imports"]] == [second["id"], first["id"]]
    assert page["total"] == 2

    assert (await desk.client.delete(f"/imports/{first['id']}")).status_code == 204

    assert (await desk.client.get(f"/imports/{first['id']}")).status_code == 404
    assert (await desk.client.get("/imports")).json()["total"] == 1


async def test_the_files_of_what_is_dropped_or_looked_through_again_go_too(
    sender: Sender, desk: Desk, api: FastAPI, engine: AsyncEngine
) -> None:
    done = await sender.check(table(["Hi", *ROW[1:]]), site_id=desk.site.id)
    checked = await files_of(engine, done["id"])
    asked = await desk.client.patch(f"/imports/{done['id']}", json={"tz": "UTC"})
    assert asked.json()["has_errors_file"] is False
    changed = await files_of(engine, (await sender.done(asked))["id"])
    assert changed - checked

    assert (await desk.client.delete(f"/imports/{done['id']}")).status_code == 204

    assert not (checked | changed) & {*await api.state.storage.keys("imports")}


async def files_of(engine: AsyncEngine, import_id: int) -> set[str]:
    """The keys of an import's files."""
    async with unscoped_transaction(engine) as session:
        row = await session.get_one(Import, import_id)
        return {key for key in (row.file_key, row.errors_key) if key is not None}


async def test_with_the_queue_out_of_reach_nothing_is_accepted_and_nothing_left(
    sender: Sender, desk: Desk, api: FastAPI, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[str] = []
    put = api.state.storage.put

    async def watched(key: str, path: Path) -> int:
        kept.append(key)
        size: int = await put(key, path)
        return size

    monkeypatch.setattr(api.state.storage, "put", watched)
    nowhere = create_redis(
        settings.model_copy(update={"redis_url": SecretStr("redis://127.0.0.1:9")})
    )
    queue, api.state.jobs = api.state.jobs, JobQueue(nowhere)
    try:
        response = await sender.post(TEXT, site_id=desk.site.id)
    finally:
        api.state.jobs = queue
        await nowhere.aclose()

    assert error_of(response, 503)["code"] == "unavailable"
    assert (await desk.client.get("/imports")).json()["total"] == 0
    assert len(kept) == 1
    assert kept[0] not in await api.state.storage.keys("imports")
    assert (await sender.bring_in(TEXT, site_id=desk.site.id))["status"] == "succeeded"


async def test_dates_and_types_are_guessed_by_what_is_in_them(sender: Sender, desk: Desk) -> None:
    header = ["Betreff", "Datum", "Uhrzeit", "Art", "Verantwortlicher", "Beschreibung"]
    rows = [["Ein Treffen", "13.06.2026", "14:30", "Anruf", "Ada", "Text"]]

    done = await sender.bring_in(table(*rows, header=header), site_id=desk.site.id)

    assert done["reading"]["mapping"]["date_format"] == "%d.%m.%Y %H:%M"
    (row,) = (await desk.listed())["interactions"]
    assert (row["type"], row["start_datetime"], row["duration_minutes"]) == (
        "CALL",
        "2026-06-13T12:30:00Z",
        60,
    )


async def test_a_day_and_a_month_that_could_be_either_are_said(sender: Sender, desk: Desk) -> None:
    header = ["title", "type", "lead", "date", "description"]
    rows = [["A meeting", "call", "Ada", "06/07/2026", "Text"]]

    done = await sender.check(table(*rows, header=header), site_id=desk.site.id)

    assert any("the day was taken" in note for note in done["reading"]["notes"])


async def test_nobody_sends_without_a_login_or_with_a_key(
    client_for: ClientFor, make: Make, api: object, desk: Desk
) -> None:
    anonymous = client_for()

    response = await anonymous.post("/imports", files={"file": ("rows.csv", TEXT)})

    assert response.status_code == 401
