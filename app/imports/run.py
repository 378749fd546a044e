"""An import from beginning to end.

The file is read twice: once to see that all of it can be read and which sites it names, before
anything is written; then row by row.
"""

from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncEngine

from app.imports.actor import find_user
from app.imports.chunks import Chunk, Chunks
from app.imports.dates import DateForm
from app.imports.errors import CannotImportError
from app.imports.files.rows import RowFile
from app.imports.mapping import Value
from app.imports.operations import open_operation
from app.imports.policy import Decision, Match, Policy
from app.imports.progress import Progress
from app.imports.reading import RowReader
from app.imports.refused_file import RefusedFile
from app.imports.sites import Sites, make_sites, open_sites, plan_sites, site_key
from app.imports.summary import Summary
from app.imports.writing import Writer, write_records
from app.tenancy.session import read_session

POLICY = Policy({Match.EXTERNAL_ID: Decision.UPDATE, Match.SIMILAR: Decision.CREATE})
"""A key of the other system says for certain which row it is; a title does not."""


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What is to be imported, and how.

    Attributes:
        file: The rows.
        path: Where the file is.
        fields: The value of each mapped field.
        site: The name of each row's site.
        dates: How the file writes dates.
        duration: From start to end, when the end is not mapped.
        zones: The time zones of new sites by key; None when no sites are to be made.
        username: In whose name; None for the first system administrator.
        is_dry_run: Whether to write nothing.
        refused_path: Where the rows go that are not written.
    """

    file: RowFile
    path: Path
    fields: Mapping[str, Value]
    site: Value
    dates: DateForm
    duration: timedelta | None
    zones: Mapping[str, str] | None
    username: str | None
    is_dry_run: bool
    refused_path: Path


async def import_interactions(
    engine: AsyncEngine, request: ImportRequest, progress: Progress
) -> Summary:
    """Write the rows that can be written.

    Raises:
        CannotImportError: None can; nothing was written.
    """
    summary = Summary(uuid4(), request.is_dry_run)
    user_id = await find_user(engine, request.username)
    names: dict[str, str] = {}
    for row in request.file.rows():
        summary.total += 1
        if row.values:
            name = " ".join(request.site.of(row.values).split())
            names.setdefault(site_key(name), name)
    with RefusedFile(request.refused_path, request.file.header, source=request.path) as refused:
        there = await open_sites(engine, user_id)
        sites = await _sites(engine, request, there=there, names=names, summary=summary)
        if not request.is_dry_run:
            await open_operation(engine, user_id, summary.operation_id)
        importing = _Import(engine, request, sites=sites, refused=refused, summary=summary)
        async with aclosing(aiter(importing.chunks())) as chunks:
            async for chunk in chunks:
                await importing.take(chunk)
                progress.show(summary)
    progress.clear()
    return summary


async def _sites(
    engine: AsyncEngine,
    request: ImportRequest,
    *,
    there: Sites,
    names: Mapping[str, str],
    summary: Summary,
) -> Sites:
    """The sites to write to, with those that had to be made."""
    if request.zones is not None:
        planned = plan_sites(there, names, zones=request.zones)
        summary.sites_made = len(planned)
        if request.is_dry_run:
            return there.with_planned(planned)
        return await make_sites(engine, there, planned) if planned else there
    if names and not any(there.is_known(name) for name in names):
        raise CannotImportError(
            f"The file names {len(names)} sites, and none of them is one of the user's: "
            "see --site-column and --create-sites"
        )
    return there


class _Import:
    """The second reading: each chunk is written in one transaction."""

    def __init__(
        self,
        engine: AsyncEngine,
        request: ImportRequest,
        *,
        sites: Sites,
        refused: RefusedFile,
        summary: Summary,
    ) -> None:
        self._engine = engine
        self._request = request
        self._sites = sites
        self._refused = refused
        self._summary = summary
        self._writer = Writer(POLICY, summary.operation_id)

    def chunks(self) -> Chunks:
        request = self._request
        reader = RowReader(
            fields=request.fields,
            site=request.site,
            dates=request.dates,
            duration=request.duration,
            sites=self._sites,
        )
        return Chunks(request.file, reader)

    async def take(self, chunk: Chunk) -> None:
        summary, scope = self._summary, self._sites.scope
        if summary.is_dry_run:
            async with read_session(self._engine, scope) as session:
                compared = await self._writer.preview(session, chunk.records)
        else:
            compared = await write_records(self._engine, scope, self._writer, chunk.records)
        summary.tally.count(compared)
        for refusal in summary.tally.take_refused(chunk, compared):
            self._refused.add(refusal)
