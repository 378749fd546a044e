"""Bringing in what another system wrote to a file."""

from collections.abc import AsyncIterator, Callable
from os import PathLike
from pathlib import Path

from app.client.asynchronous.downloads import Downloads
from app.client.asynchronous.waiting import wait_for
from app.client.bodies import FileSource, Json, upload_of
from app.client.calls import call
from app.client.errors import JobFailedError
from app.client.receiving import Progress
from app.client.schemas import (
    DuplicatePolicy,
    ImportMapping,
    ImportPage,
    ImportRead,
    ImportState,
    ImportUpdate,
    JobStatus,
    Window,
)


class Imports(Downloads):
    """`/imports`."""

    async def create_import(
        self,
        file: FileSource,
        *,
        name: str | None = None,
        site_id: int | None = None,
        tz: str | None = None,
        mapping: ImportMapping | Json | None = None,
        duplicates: DuplicatePolicy | Json | None = None,
        window: Window | Json | None = None,
    ) -> ImportRead:
        """Send a file; nothing is written yet, it is looked through in the background.

        A file that cannot be read from its beginning a second time is sent once only.

        Args:
            file: CSV, XLSX or ICS: a path, the content, or a file open for reading bytes.
            name: What it is called; left out: what its path says.
            site_id: The site of rows that name none.
            tz: The zone of times without an offset; left out: each site's own.
            mapping: What the columns mean; left out: it is guessed.
            duplicates: What is done with what is there already.
            window: The days among which repeated events of a calendar are read.

        Example:
            sent = await client.create_import(
                folder / "meetings.csv",
                site_id=site_id,
                mapping={
                    "fields": {
                        "title": {"column": "Subject"},
                        "type": {"value": "MEETING"},
                        "lead": {"column": "Who"},
                        "start_datetime": {"column": "Day"},
                        "description": {"column": "Subject"},
                    },
                    "time": "09:00",
                    "duration_minutes": 60,
                },
            )
        """
        options = {"mapping": mapping, "duplicates": duplicates, "window": window}
        upload = upload_of(file, name, {"site_id": site_id, "tz": tz, **options})
        return await self._answer(ImportRead, call("POST", "/imports", upload=upload))

    async def list_imports(self, *, page: int = 1, page_size: int = 20) -> ImportPage:
        """A page of the caller's imports, newest first.

        Example:
            names = [one.file_name for one in (await client.list_imports()).imports]
        """
        query = {"page": page, "page_size": page_size}
        return await self._answer(ImportPage, call("GET", "/imports", query=query))

    def iter_imports(self, *, page_size: int = 100) -> AsyncIterator[ImportState]:
        """All of the caller's imports.

        Example:
            names = [one.file_name async for one in client.iter_imports()]
        """
        return self._walk(self.list_imports, lambda page: page.imports, page_size=page_size)

    async def get_import(self, import_id: int) -> ImportRead:
        """Read an import: how far it is, and what came of it.

        Example:
            found = await client.get_import(import_id)
            print(found.check.counts if found.check else found.status)
        """
        return await self._answer(ImportRead, call("GET", "/imports/{}", import_id))

    async def update_import(self, import_id: int, body: ImportUpdate | Json) -> ImportRead:
        """Take another mapping or other decisions; the file is looked through again.

        Example:
            await client.update_import(import_id, {"duplicates": {"similar": "create"}})
        """
        return await self._answer(ImportRead, call("PATCH", "/imports/{}", import_id, body=body))

    async def commit_import(self, import_id: int) -> ImportRead:
        """Write the rows that can be written, in the background.

        Example:
            committed = await client.commit_import(import_id)
        """
        return await self._answer(ImportRead, call("POST", "/imports/{}/commit", import_id))

    async def download_import_errors(
        self, import_id: int, path: str | PathLike[str], *, on_progress: Progress | None = None
    ) -> Path:
        """Download the rows that are refused with the reasons, to be corrected and sent again.

        Raises:
            NotFoundError: None is refused.

        Example:
            await client.download_import_errors(import_id, folder / "refused.csv")
        """
        return await self._download(call("GET", "/imports/{}/errors", import_id), path, on_progress)

    async def delete_import(self, import_id: int) -> None:
        """Drop an import with its files; what it has written stays.

        Example:
            await client.delete_import(import_id)
        """
        await self._send(call("DELETE", "/imports/{}", import_id))

    async def wait_for_import(
        self,
        import_id: int,
        *,
        seconds: float | None = None,
        on_progress: Callable[[ImportRead], None] | None = None,
    ) -> ImportRead:
        """Wait until an import has been looked through or, if it was committed, written.

        Raises:
            JobFailedError: It has failed, was dropped, or its file is gone.
            WaitTimeoutError: It takes longer than so many seconds.

        Example:
            checked = await client.wait_for_import(import_id)
        """
        state = await wait_for(
            lambda: self.get_import(import_id),
            lambda state: state.status.is_open,
            seconds=seconds,
            on_progress=on_progress,
        )
        if state.status is not JobStatus.SUCCEEDED:
            reason = f"{state.error.code}, {state.error.message}" if state.error else None
            raise JobFailedError(import_id, state.status, reason)
        return state

    async def import_file(
        self,
        file: FileSource,
        *,
        is_good: Callable[[ImportRead], bool] = lambda checked: True,
        refused: str | PathLike[str] | None = None,
        seconds: float | None = None,
        on_progress: Callable[[ImportRead], None] | None = None,
        name: str | None = None,
        site_id: int | None = None,
        tz: str | None = None,
        mapping: ImportMapping | Json | None = None,
        duplicates: DuplicatePolicy | Json | None = None,
        window: Window | Json | None = None,
    ) -> ImportRead:
        """Send a file, look at what would come of it, and have it written.

        Args:
            file: As for `create_import`, like all that is not named here.
            is_good: Is shown the import when it has been looked through, and says whether to go
                on; if not, that is the answer and nothing is written.
            refused: Where the rows that were refused go to, if there are any.
            seconds: How long to wait for each of both steps; None: as long as it takes.
            on_progress: Is shown the import whenever it is looked at.
            name: See `create_import`.
            site_id: See `create_import`.
            tz: See `create_import`.
            mapping: See `create_import`.
            duplicates: See `create_import`.
            window: See `create_import`.

        Raises:
            JobFailedError: It cannot be read, or not be written.

        Example:
            done = await client.import_file(
                folder / "calendar.csv",
                site_id=site_id,
                is_good=lambda checked: not checked.check.counts.refused,
                refused=folder / "refused.csv",
            )
            print(done.result.counts if done.result else done.check.errors)
        """
        sent = await self.create_import(
            file,
            name=name,
            site_id=site_id,
            tz=tz,
            mapping=mapping,
            duplicates=duplicates,
            window=window,
        )
        done = await self.wait_for_import(sent.id, seconds=seconds, on_progress=on_progress)
        if is_good(done):
            await self.commit_import(sent.id)
            done = await self.wait_for_import(sent.id, seconds=seconds, on_progress=on_progress)
        if refused is not None and done.has_errors_file:
            await self.download_import_errors(sent.id, refused)
        return done
