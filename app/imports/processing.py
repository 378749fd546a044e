"""An import in the worker: its file is fetched, opened and gone through, chunk by chunk."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from app.core.database import unscoped_transaction
from app.core.storage import FileGoneError
from app.core.vocabulary import Role
from app.imports import repository
from app.imports.chunks import Chunk, Chunks
from app.imports.errors import CannotImportError
from app.imports.files.limits import FileLimits
from app.imports.files.opening import open_file
from app.imports.files.rows import RowFile
from app.imports.guessing import SAMPLE_ROWS, Guess, guess, missing_fields
from app.imports.keys import errors_key
from app.imports.outcomes import FileReading
from app.imports.policy import Decision, Match, Policy
from app.imports.reader import REQUIRED, make_reader
from app.imports.reading import RowReader
from app.imports.refused_file import RefusedFile
from app.imports.schemas import ImportOptions
from app.imports.sites import Sites, sites_of
from app.imports.tally import Tally
from app.imports.writing import Writer
from app.jobs.attempt import Attempt, JobFailedError, JobOverError
from app.models import Import
from app.tenancy.scope import SiteScope

REFUSED = "file_refused"
"""The code of a job whose file is of no use; the import says why."""


@dataclass(slots=True)
class Work:
    """What an attempt at an import has in its hands.

    Attributes:
        attempt: The attempt.
        row: The import as it was when it began.
        options: What is asked for.
        file: The rows.
        reading: How the file is read.
        folder: Where other files of the attempt may lie.
        tally: What has become of the rows so far.
    """

    attempt: Attempt
    row: Import
    options: ImportOptions
    file: RowFile
    reading: FileReading
    folder: Path
    tally: Tally

    @property
    def scope(self) -> SiteScope:
        """The sites that rows may be written to: an import needs no more than to edit."""
        return self.attempt.scope.within(self.row.site_ids).at_most(Role.EDITOR)

    def _reader(self, sites: Sites) -> RowReader:
        options = self.options
        return make_reader(
            self.reading.mapping, self.file, sites, site_id=options.site_id, zone=options.tz
        )

    def writer(self) -> Writer:
        """What compares the rows, and writes them."""
        duplicates = self.options.duplicates
        of = {
            Match.EXTERNAL_ID: Decision(duplicates.external_id),
            Match.SIMILAR: duplicates.similar,
        }
        return Writer(Policy(of, duplicates.rows), self.row.operation_id)

    async def chunks(self) -> AsyncGenerator[Chunk, None]:
        """The rows; how far they are is noted between them. To be closed."""
        sites = await sites_of(self.attempt.place.engine, self.scope)
        async with aclosing(aiter(Chunks(self.file, self._reader(sites)))) as chunks:
            async for chunk in chunks:
                yield chunk
                await self.attempt.done(chunk.end)

    def refused_file(self) -> RefusedFile:
        """Where the refused rows go."""
        return RefusedFile(
            self.folder / "errors.csv", self.file.header, source=self.folder / "file"
        )

    async def keep_errors(self, refused: RefusedFile) -> str | None:
        """Store the refused rows; answers under which key, or None when there are none."""
        if not refused.count:
            return None
        key = errors_key(datetime.now(UTC).date())
        await self.attempt.place.storage.put(key, self.folder / "errors.csv")
        return key


@asynccontextmanager
async def opened_import(attempt: Attempt) -> AsyncIterator[Work]:
    """The import that a job is about, with its file here; both are gone afterwards.

    Raises:
        JobOverError: Another job is about it by now.
        JobFailedError: The file is of no use, or the mapping; the import says why.
    """
    async with unscoped_transaction(attempt.place.engine) as session:
        row = await repository.read_import_of_job(session, attempt.job)
    if row is None:
        raise JobOverError
    with TemporaryDirectory(prefix="ims-import-") as folder:
        try:
            yield await _open(attempt, row, Path(folder))
        except CannotImportError as error:
            await _tell_fault(attempt, row, str(error))
            raise JobFailedError(REFUSED) from None
        except FileGoneError:
            await _tell_fault(attempt, row, "The file is gone: send it again")
            raise JobFailedError(REFUSED) from None


async def _tell_fault(attempt: Attempt, row: Import, message: str) -> None:
    async with unscoped_transaction(attempt.place.engine) as session:
        if await repository.read_import_of_job(session, attempt.job) is not None:
            await repository.update_import(session, row.id, {"fault": message})


async def _open(attempt: Attempt, row: Import, folder: Path) -> Work:
    settings, path = attempt.place.settings, folder / "file"
    await attempt.place.storage.fetch(row.file_key or "", path)
    limits = FileLimits(settings.import_max_bytes, settings.import_max_rows)
    options = ImportOptions.model_validate(row.options)
    window = None if options.window is None else options.window.span
    kind, file = await asyncio.to_thread(
        lambda: open_file(path, limits, name=row.file_name, window=window)
    )
    await attempt.expect(await asyncio.to_thread(file.count))
    scope = attempt.scope.within(row.site_ids)
    made = Guess(options.mapping) if options.mapping is not None else None
    if made is None:
        sites = await sites_of(attempt.place.engine, scope)
        sample = await asyncio.to_thread(lambda: list(islice(file.rows(), SAMPLE_ROWS)))
        made = guess(kind, file.header, sample, sites)
    reading = FileReading(
        kind=kind,
        columns=file.header,
        details=file.about,
        mapping=made.mapping,
        is_guessed=options.mapping is None,
        notes=made.notes,
        missing=missing_fields(made.mapping, REQUIRED),
    )
    return Work(attempt, row, options, file, reading, folder, Tally())
