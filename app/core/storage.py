"""Where files lie: a folder, or a bucket of any store that speaks S3.

Keys are made of ids, never of a name that somebody chose.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlsplit

import obstore
import structlog
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import LocalStore, S3Store

from app.core.config import Settings
from app.core.errors import Unavailable

if TYPE_CHECKING:  # these are not there when it runs
    from obstore import GetResult
    from obstore.store import ClientConfig, S3Config

PART_BYTES = 8 * 1024 * 1024
PARTS_AT_ONCE = 2
CHUNK_BYTES = 256 * 1024

CONNECT_SECONDS = 5
TRANSFER_SECONDS = 3600
UNFINISHED_SECONDS = 24 * 3600
RETRIES, RETRY_SECONDS = 3, 10

Store: TypeAlias = LocalStore | S3Store

logger = structlog.get_logger()


class FileGoneError(LookupError):
    """No file lies under a key."""


class Storage:
    """Files by key. Large ones are never in memory as a whole."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def put(self, key: str, path: Path) -> int:
        """Store a file under a key, in the place of what was there; answers its size.

        Raises:
            Unavailable: The store cannot be reached, or is full.
        """
        with _translated():
            await obstore.put_async(
                self._store, key, path, chunk_size=PART_BYTES, max_concurrency=PARTS_AT_ONCE
            )
        return (await asyncio.to_thread(path.stat)).st_size

    async def size(self, key: str) -> int:
        """How many bytes a file has.

        Raises:
            FileGoneError: There is none.
            Unavailable: The store cannot be reached.
        """
        with _translated():
            return (await obstore.head_async(self._store, key))["size"]

    async def read(self, key: str, *, start: int = 0, end: int) -> AsyncIterator[bytes]:
        """The bytes of a file from a place up to another, which is left out.

        They begin to come as soon as this is awaited; what fails by then is raised.

        Raises:
            FileGoneError: There is none.
            Unavailable: The store cannot be reached.
        """
        if start == end:
            return _nothing()
        with _translated():
            found = await obstore.get_async(self._store, key, options={"range": (start, end)})
        return _chunks(found)

    async def fetch(self, key: str, path: Path) -> None:
        """Bring a file here.

        Raises:
            FileGoneError: There is none.
            Unavailable: The store cannot be reached.
        """
        with path.open("wb") as file:
            async for chunk in await self.read(key, end=await self.size(key)):
                file.write(chunk)

    async def delete(self, key: str) -> None:
        """Remove a file; that there is none is as good.

        Raises:
            Unavailable: The store cannot be reached.
        """
        try:
            with _translated():
                await obstore.delete_async(self._store, key)
        except FileGoneError:
            return

    async def remove_unfinished(self) -> int:
        """Remove from a folder what was being put there when a process died; answers how many.

        A bucket shows nothing of that; it is told by a rule of its own when to forget it.
        """
        root = self._store.prefix
        return await asyncio.to_thread(_remove_old_parts, root) if isinstance(root, Path) else 0

    async def keys(self, folder: str) -> list[str]:
        """The keys of all files that lie in a folder.

        Raises:
            Unavailable: The store cannot be reached.
        """
        with _translated():
            found = [batch async for batch in obstore.list(self._store, prefix=folder)]
        return [str(file["path"]) for batch in found for file in batch]


def _remove_old_parts(root: Path) -> int:
    """Remove what the store writes before it gives it its name, once nobody can be writing it."""
    before = time.time() - UNFINISHED_SECONDS
    old = [path for path in root.rglob("*#*") if path.is_file() and path.stat().st_mtime < before]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def create_storage(settings: Settings) -> Storage:
    """The place that STORAGE_URL names; unset, a folder in the state directory."""
    url = settings.storage_url
    if url is None:
        return Storage(_folder(settings.ims_state_dir.resolve() / "files"))
    parts = urlsplit(url)
    if parts.scheme == "file":
        return Storage(_folder(Path(parts.path)))
    return Storage(_bucket(settings, parts.netloc, parts.path.strip("/")))


def _folder(path: Path) -> LocalStore:
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return LocalStore(path, automatic_cleanup=True)


def _bucket(settings: Settings, bucket: str, prefix: str) -> S3Store:
    """A bucket; without keys of its own in the settings, those of the machine are used."""
    endpoint = settings.s3_endpoint
    config: S3Config = {"region": settings.s3_region}
    if endpoint is not None:
        config["endpoint"] = endpoint
    if settings.s3_access_key_id is not None:
        config["access_key_id"] = settings.s3_access_key_id
    if settings.s3_secret_access_key is not None:
        config["secret_access_key"] = settings.s3_secret_access_key.get_secret_value()
    options: ClientConfig = {
        "connect_timeout": f"{CONNECT_SECONDS}s",
        "timeout": f"{TRANSFER_SECONDS}s",
        "allow_http": bool(endpoint and endpoint.startswith("http:")),
    }
    return S3Store(
        bucket,
        prefix=prefix or None,
        config=config,
        client_options=options,
        retry_config={
            "max_retries": RETRIES,
            "retry_timeout": timedelta(seconds=RETRY_SECONDS),
        },
    )


async def _chunks(found: "GetResult") -> AsyncIterator[bytes]:
    with _translated():
        async for chunk in found.stream(min_chunk_size=CHUNK_BYTES):
            yield bytes(chunk)


async def _nothing() -> AsyncIterator[bytes]:
    return
    yield b""  # so that it is a generator


@contextmanager
def _translated() -> Iterator[None]:
    """Errors of the store as ours; what they say may hold addresses and keys, so it stays here."""
    try:
        yield
    except (NotFoundError, FileNotFoundError) as error:
        raise FileGoneError from error
    except (BaseError, OSError) as error:
        logger.error("storage_failed", error=type(error).__name__)
        raise Unavailable from error
