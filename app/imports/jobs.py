"""The jobs of imports: looking a file through, writing it, and removing what is left."""

from collections.abc import Mapping
from contextlib import aclosing
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import structlog
from sqlalchemy import func

from app.core.database import unscoped_transaction
from app.imports import repository
from app.imports.chunks import Chunk
from app.imports.comparing import Comparison
from app.imports.errors import CannotImportError
from app.imports.keys import FOLDER, is_old
from app.imports.outcomes import Outcome
from app.imports.processing import Work, opened_import
from app.imports.reading import Record, Refusal
from app.imports.refused_file import RefusedFile
from app.imports.removing import remove_files
from app.imports.writing import Writer, write_records
from app.jobs.attempt import Attempt, JobOverError
from app.jobs.desk import Desk
from app.jobs.repository import update_attempt
from app.tenancy.session import WriteSession, read_session

logger = structlog.get_logger()


async def check_import(attempt: Attempt) -> None:
    """Tell what an import would do; nothing is written but that."""
    async with opened_import(attempt) as work:
        key, outcome = None, None
        if not work.reading.missing:
            writer = work.writer()
            with work.refused_file() as refused:
                async with aclosing(work.chunks()) as chunks:
                    async for chunk in chunks:
                        compared = await _preview(work, writer, chunk.records)
                        work.tally.count(compared)
                        _keep(refused, work.tally.take_refused(chunk, compared))
            key = await work.keep_errors(refused)
            outcome = work.tally.outcome().model_dump(mode="json")
        work.reading.details = work.file.about  # by now all of it has been read
        reading = work.reading.model_dump(mode="json", by_alias=True)
        await _finish(work, {"reading": reading, "check": outcome}, errors_key=key)


async def commit_import(attempt: Attempt) -> None:
    """Write an import, going on where an attempt before was cut off."""
    async with opened_import(attempt) as work:
        commit = Commit(work)
        with work.refused_file() as refused:
            async with aclosing(work.chunks()) as chunks:
                async for chunk in chunks:
                    _keep(refused, await commit.take(chunk))
        key = await work.keep_errors(refused)
        result = work.tally.outcome().model_dump(mode="json")
        kept_until = func.now() + repository.KEPT_FOR  # of what is left: the refused rows
        values = {"result": result, "file_key": None, "expires_at": kept_until}
        await _finish(work, values, errors_key=key)
        await remove_files(attempt.place.storage, [work.row.file_key])


def _keep(refused: RefusedFile, refusals: list[Refusal]) -> None:
    for refusal in refusals:
        refused.add(refusal)


async def _preview(work: Work, writer: Writer, records: list[Record]) -> list[Comparison]:
    async with read_session(work.attempt.place.engine, work.scope) as session:
        return await writer.preview(session, records)


async def _finish(work: Work, values: Mapping[str, object], *, errors_key: str | None) -> None:
    """End the job and say what came of it, in one transaction."""
    values = {**values, "errors_key": errors_key, "fault": None}
    async with unscoped_transaction(work.attempt.place.engine) as session:
        await repository.update_import(session, work.row.id, values)
        await work.attempt.finish(session)
    await remove_files(work.attempt.place.storage, [work.row.errors_key])


class Commit:
    """How far the file is written, and the writing of what is not."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._writer = work.writer()
        self._written = work.row.rows_written
        if work.row.result is not None:
            work.tally.go_on(Outcome.model_validate(work.row.result))

    async def take(self, chunk: Chunk) -> list[Refusal]:
        """Write what is not yet written of a chunk; the answer are the rows that are refused.

        Raises:
            JobOverError: Somebody else writes it by now: this attempt is one too many.
        """
        old = [record for record in chunk.records if record.row.place <= self._written]
        new = chunk.records[len(old) :]
        # All that is still to be told of what is written is which rows were refused.
        compared = await _preview(self._work, self._writer, old) if old else []
        if chunk.end > self._written:
            compared += await self._write(new, end=chunk.end)
        return self._work.tally.take_refused(chunk, compared)

    async def _write(self, records: list[Record], *, end: int) -> list[Comparison]:
        work, before = self._work, deepcopy(self._work.tally)

        async def note(session: WriteSession, compared: list[Comparison]) -> None:
            work.tally = deepcopy(before)  # it may be tried several times
            work.tally.count(compared)
            await self._note(session, end=end)

        compared = await write_records(
            work.attempt.place.engine, work.scope, self._writer, records, alongside=note
        )
        self._written = end
        return compared

    async def _note(self, session: WriteSession, *, end: int) -> None:
        """Say how far the file is written, if it is still for this attempt to say.

        Raises:
            JobOverError: It is not.
            CannotImportError: What it wrote before was taken back.
        """
        work, job = self._work, self._work.attempt.job
        values = {"rows_written": end, "result": work.tally.outcome().model_dump(mode="json")}
        is_current = await update_attempt(session, job.id, job.attempt, {"rows_done": end})
        if not is_current or not await repository.advance_import(
            session, work.row.id, before=self._written, values=values
        ):
            raise JobOverError
        if await repository.is_taken_back(session, work.row):
            raise CannotImportError("The import was taken back: send the file again")


async def remove_import_files(context: dict[str, Any]) -> None:
    """Remove the files whose time is over, those that no import speaks of, and old imports."""
    desk: Desk = context["desk"]
    place = desk.place
    async with unscoped_transaction(place.engine) as session:
        expired = await repository.drop_expired_files(session)
    await remove_files(place.storage, expired)
    async with unscoped_transaction(place.engine) as session:
        await repository.delete_old_imports(session)
        known = await repository.list_keys(session)
    today = datetime.now(UTC).date()
    stray = [
        key
        for key in await place.storage.keys(FOLDER)
        if key not in known and is_old(key, today=today)
    ]
    await remove_files(place.storage, stray)
    logger.info("import_files_removed", expired=len(expired), stray=len(stray))
