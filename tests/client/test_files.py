"""Files come whole or not at all, and are sent again only where that is possible."""

import io
import json
from pathlib import Path

import pytest

from app.client import AsyncIMSClient
from app.client.bodies import upload_of
from app.client.errors import (
    JobFailedError,
    NoConnectionError,
    NotFoundError,
    ValidationFailedError,
    WaitTimeoutError,
)
from app.client.schemas import JobStatus, ReportCreate, ReportFormat, ReportKind, ReportRead
from tests.client.conftest import Workplace
from tests.client.proxy import Fate, Proxy
from tests.client.served import Service
from tests.imports.making import ROW, TEXT, table

CSV = {"kind": "interaction_export", "format": "csv"}
SENDING = "POST /api/v1/imports "


@pytest.fixture
def far(served: Service, workplace: Workplace, proxy: Proxy) -> AsyncIMSClient:
    """The editor's client, behind the proxy."""
    return served.client(workplace.editor, url=proxy.url)


def names_in(folder: Path) -> set[str]:
    """The names of the files in a folder."""
    return {path.name for path in folder.iterdir()}


async def test_a_report_is_made_and_downloaded(workplace: Workplace, tmp_path: Path) -> None:
    row = await workplace.interaction()
    shown, came = list[ReportRead](), list[tuple[int, int | None]]()

    report = await workplace.client.make_report(
        ReportCreate(kind=ReportKind.INTERACTION_EXPORT, format=ReportFormat.JSONL),
        tmp_path / "rows.jsonl",
        seconds=30,
        on_progress=shown.append,
        on_download=lambda done, size: came.append((done, size)),
    )

    content = (tmp_path / "rows.jsonl").read_bytes()
    assert [json.loads(line)["id"] for line in content.splitlines()] == [row.id]
    assert report.file is not None
    assert came[-1] == (report.file.size, report.file.size) == (len(content), len(content))
    assert shown[-1].status is JobStatus.SUCCEEDED
    assert names_in(tmp_path) == {"rows.jsonl"}


async def test_a_download_that_breaks_off_goes_on_where_it_was(
    far: AsyncIMSClient, workplace: Workplace, proxy: Proxy, tmp_path: Path
) -> None:
    for _ in range(20):
        await workplace.interaction(description="word " * 2_000)
    report = await far.make_report(CSV, tmp_path / "whole.csv", seconds=30)
    proxy.will(Fate.CUT, Fate.UNANSWERED, Fate.CUT, about="/download")

    await far.download_report(report.id, tmp_path / "again.csv")

    assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()
    asked = proxy.asked_for(f"GET /api/v1/reports/{report.id}/download")
    assert ["range: bytes=" in head.lower() for head in asked[-4:]] == [False, True, True, True]


async def test_a_download_that_fails_leaves_what_was_there(
    far: AsyncIMSClient, proxy: Proxy, tmp_path: Path
) -> None:
    (tmp_path / "kept.csv").write_text("as it was")
    report = await far.make_report(CSV, tmp_path / "whole.csv", seconds=30)
    proxy.will(*[Fate.CUT] * 20, about="/download")

    with pytest.raises(NoConnectionError, match="broke off"):
        await far.download_report(report.id, tmp_path / "kept.csv")
    proxy.will()
    with pytest.raises(NotFoundError):
        await far.download_report(2**62, tmp_path / "kept.csv")

    assert (tmp_path / "kept.csv").read_text() == "as it was"
    assert names_in(tmp_path) == {"kept.csv", "whole.csv"}


async def test_a_report_is_watched_over_a_lost_connection(
    far: AsyncIMSClient, proxy: Proxy
) -> None:
    asked = await far.request_report(CSV)
    proxy.will(Fate.LOST, Fate.UNANSWERED, about="/events")

    states = [report.status async for report in far.watch_report(asked.id)]

    assert states[-1] is JobStatus.SUCCEEDED


async def test_what_was_cancelled_is_not_waited_for(workplace: Workplace, tmp_path: Path) -> None:
    asked = await workplace.client.request_report(CSV)
    await workplace.client.drop_report(asked.id)

    with pytest.raises(JobFailedError) as failed:
        await workplace.client.wait_for_report(asked.id)

    assert failed.value.status in (JobStatus.CANCELLED, JobStatus.EXPIRED)


async def test_waiting_comes_to_an_end(workplace: Workplace) -> None:
    asked = await workplace.client.request_report(CSV)

    with pytest.raises(WaitTimeoutError):
        await workplace.client.wait_for_report(asked.id, seconds=0)


async def test_a_file_is_imported_and_taken_back(workplace: Workplace, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text(table(ROW, ["", *ROW[1:]]))
    client = workplace.client

    done = await client.import_file(
        tmp_path / "rows.csv", site_id=workplace.site.id, refused=tmp_path / "refused.csv"
    )

    assert done.result is not None
    assert (done.result.counts.created, done.result.counts.refused) == (1, 1)
    assert "Title is required" in (tmp_path / "refused.csv").read_text(encoding="utf-8-sig")
    assert done.operation_id is not None
    await client.undo_operation(done.operation_id)
    undone = await client.wait_for_undo(done.operation_id, seconds=30)
    assert undone.undo is not None
    assert undone.undo.outcome is not None
    assert undone.undo.outcome.removed == 1


async def test_an_import_that_does_not_look_good_is_not_written(workplace: Workplace) -> None:
    done = await workplace.client.import_file(
        table(["", *ROW[1:]]).encode(),
        name="rows.csv",
        site_id=workplace.site.id,
        is_good=lambda checked: not (checked.check and checked.check.counts.refused),
    )

    assert (done.result, done.file_name) == (None, "rows.csv")
    assert (await workplace.client.list_interactions()).total == 0


async def test_a_file_is_sent_again_from_its_beginning(
    far: AsyncIMSClient, proxy: Proxy, tmp_path: Path
) -> None:
    (tmp_path / "rows.csv").write_text(TEXT)
    with (tmp_path / "rows.csv").open("rb") as file:
        for source in (tmp_path / "rows.csv", TEXT.encode(), file):
            proxy.will(Fate.LOST, Fate.UNANSWERED, about="/imports")
            sent = await far.create_import(source)
            assert sent.file_size == len(TEXT)

    assert len([one async for one in far.iter_imports()]) == 3


class Stream(io.BytesIO):
    """What can be read once."""

    def seekable(self) -> bool:
        """No."""
        return False


async def test_what_can_be_read_once_is_sent_once(far: AsyncIMSClient, proxy: Proxy) -> None:
    await far.get_current_user()
    proxy.will(Fate.LOST, about="/imports")

    with pytest.raises(NoConnectionError):
        await far.create_import(Stream(TEXT.encode()))

    assert len(proxy.asked_for(SENDING)) == 1


async def test_what_is_no_file_to_import_is_refused(workplace: Workplace) -> None:
    with pytest.raises(ValidationFailedError):
        await workplace.client.create_import(b"%PDF-1.7")


def test_a_file_has_a_name(tmp_path: Path) -> None:
    with (tmp_path / "open.csv").open("wb+") as file:
        sources = [tmp_path / "path.csv", str(tmp_path / "text.csv"), file, b"", io.BytesIO()]
        names = [upload_of(source, None, {}).name for source in sources]  # type: ignore[arg-type]

    assert names == ["path.csv", "text.csv", "open.csv", "file", "file"]
