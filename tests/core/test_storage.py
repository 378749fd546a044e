"""Files in a folder and in a bucket: the same promises for both."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from app.core.config import Settings
from app.core.errors import Unavailable
from app.core.storage import PART_BYTES, FileGoneError, Storage, create_storage
from tests.core.s3_server import BUCKET, KEY_ID, SECRET, s3_server
from tests.factories import unique


@pytest.fixture(scope="module")
def s3_url() -> Iterator[str]:
    with s3_server() as url:
        yield url


def bucket_at(url: str, prefix: str = "") -> Storage:
    return create_storage(
        Settings(
            storage_url=f"s3://{BUCKET}{prefix}",
            s3_endpoint=url,
            s3_access_key_id=KEY_ID,
            s3_secret_access_key=SECRET,
        )
    )


@pytest.fixture(params=["folder", "bucket"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "folder":
        return create_storage(Settings(ims_state_dir=tmp_path))
    return bucket_at(request.getfixturevalue("s3_url"), f"/{unique('prefix')}")


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A file of several parts, no two of which are alike."""
    path = tmp_path / "large"
    path.write_bytes(os.urandom(2 * PART_BYTES + 1_000))
    return path


def bytes_of(path: Path) -> bytes:
    return path.read_bytes()


async def content(storage: Storage, key: str, start: int, end: int) -> bytes:
    return b"".join([part async for part in await storage.read(key, start=start, end=end)])


async def test_a_large_file_comes_back_as_it_was(storage: Storage, large: Path) -> None:
    size = await storage.put("reports/1/1.csv", large)

    assert size == len(bytes_of(large)) == await storage.size("reports/1/1.csv")
    assert await content(storage, "reports/1/1.csv", 0, size) == bytes_of(large)


async def test_any_part_of_a_file_can_be_read(storage: Storage, large: Path) -> None:
    await storage.put("one", large)

    written = bytes_of(large)
    size = len(written)
    for start, end in ((0, 1), (5, 5), (PART_BYTES - 3, PART_BYTES + 3), (size - 1, size)):
        assert await content(storage, "one", start, end) == written[start:end]


async def test_an_empty_file_is_a_file(storage: Storage, tmp_path: Path) -> None:
    (tmp_path / "empty").touch()

    assert await storage.put("empty", tmp_path / "empty") == 0
    assert await content(storage, "empty", 0, 0) == b""


async def test_a_file_is_brought_here(storage: Storage, large: Path, tmp_path: Path) -> None:
    await storage.put("one", large)

    await storage.fetch("one", tmp_path / "copy")

    assert bytes_of(tmp_path / "copy") == bytes_of(large)


async def test_a_file_is_replaced_as_a_whole(storage: Storage, tmp_path: Path) -> None:
    for text in ("the first, which is longer", "the second"):
        (tmp_path / "file").write_text(text)
        size = await storage.put("one", tmp_path / "file")

    assert await content(storage, "one", 0, size) == b"the second"


async def test_what_is_removed_is_gone_and_removing_it_again_is_no_error(
    storage: Storage, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("text")
    await storage.put("reports/1/1.csv", tmp_path / "file")
    await storage.put("reports/1/2.csv", tmp_path / "file")
    await storage.put("reports/11/1.csv", tmp_path / "file")

    for _ in range(2):
        await storage.delete("reports/1/1.csv")

    assert await storage.keys("reports/1") == ["reports/1/2.csv"]
    with pytest.raises(FileGoneError):
        await storage.size("reports/1/1.csv")
    with pytest.raises(FileGoneError):
        await storage.read("reports/1/1.csv", end=4)


async def test_a_bucket_that_cannot_be_reached_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("text")
    nowhere = bucket_at("http://127.0.0.1:9")

    with pytest.raises(Unavailable):
        await nowhere.put("one", tmp_path / "file")


async def test_two_prefixes_of_a_bucket_have_nothing_in_common(s3_url: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("text")
    await bucket_at(s3_url, "/one").put("file", tmp_path / "file")

    with pytest.raises(FileGoneError):
        await bucket_at(s3_url, "/other").size("file")


@pytest.mark.parametrize("url", ["ftp://x/y", "s3://", "s3://AB", "file://relative", "/folder"])
def test_what_is_no_place_for_files_is_refused(url: str) -> None:
    with pytest.raises(ValidationError):
        Settings(storage_url=url)


def test_a_folder_is_made_where_it_is_said_to_be(tmp_path: Path) -> None:
    create_storage(Settings(storage_url=f"file://{tmp_path}/some/where"))

    assert (tmp_path / "some" / "where").is_dir()


async def test_what_was_being_put_when_a_process_died_is_removed_a_day_later(
    tmp_path: Path,
) -> None:
    storage = create_storage(Settings(storage_url=f"file://{tmp_path}/files"))
    (tmp_path / "file").write_text("text")
    await storage.put("jobs/1/1.csv", tmp_path / "file")
    halves = [tmp_path / "files" / "jobs" / f"{number}.csv#1" for number in (2, 3)]
    for half in halves:
        half.write_text("half of it")
    a_day_ago = time.time() - 25 * 3600
    os.utime(halves[0], (a_day_ago, a_day_ago))

    assert await storage.remove_unfinished() == 1

    assert await storage.keys("jobs") == ["jobs/1/1.csv"]
    assert [half for half in halves if half.exists()] == halves[1:]
