"""An import from beginning to end.

The file is read twice: once to see that all of it can be read and which sites it names, before
anything is written; then row by row.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncEngine

from app.imports.actor import find_user
from app.imports.batches import Batches
from app.imports.csv_file import CsvFile, CsvRow
from app.imports.dates import DateForm
from app.imports.errors import CannotImportError
from app.imports.mapping import Value
from app.imports.progress import Progress
from app.imports.reading import Record, Refusal, RowReader
from app.imports.refused_file import RefusedFile
from app.imports.sites import Sites, make_sites, open_sites, plan_sites, site_key
from app.imports.summary import Summary
from app.imports.writing import SiteWriter

TWICE = {"external_id": "This external id is in the file before, for the same site"}


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What is to be imported, and how.

    Attributes:
        file: The rows.
        fields: The value of each mapped field.
        site: The name of each row's site.
        dates: How the file writes dates.
        duration: From start to end, when the end is not mapped.
        zones: The time zones of new sites by key; None when no sites are to be made.
        username: In whose name; None for the first system administrator.
        is_dry_run: Whether to write nothing.
        refused_path: Where the rows go that are not written.
    """

    file: CsvFile
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
    with RefusedFile(request.refused_path, request.file) as refused:
        there = await open_sites(engine, user_id)
        sites = await _sites(engine, request, there=there, names=names, summary=summary)
        importing = _Import(engine, request, sites=sites, refused=refused, summary=summary)
        for row in request.file.rows():
            await importing.take(row)
            progress.show(summary)
        await importing.finish()
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
    """The second reading: each row is refused, or waits for its batch to be written."""

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
        self._sites = sites
        self._refused = refused
        self._summary = summary
        self._reader = RowReader(
            fields=request.fields,
            site=request.site,
            dates=request.dates,
            duration=request.duration,
            sites=sites,
        )
        self._batches = Batches()
        self._writers: dict[str, SiteWriter] = {}
        self._seen: set[tuple[str, str]] = set()

    async def take(self, row: CsvRow) -> None:
        self._summary.read += 1
        found = self._reader.read(row)
        if isinstance(found, Record) and self._is_seen(found):
            found = Refusal(row, TWICE)
        if isinstance(found, Refusal):
            self._refuse(found)
        elif batch := self._batches.add(found):
            await self._write(batch)

    async def finish(self) -> None:
        for batch in self._batches.rest():
            await self._write(batch)

    def _is_seen(self, record: Record) -> bool:
        if record.external_id is None:
            return False
        key = (record.site, record.external_id)
        is_seen = key in self._seen
        self._seen.add(key)
        return is_seen

    def _refuse(self, refusal: Refusal) -> None:
        self._refused.add(refusal)
        self._summary.count_refusal(refusal.reasons)

    async def _write(self, batch: list[Record]) -> None:
        summary = self._summary
        writer = self._writer(batch[0].site)
        if writer is None:  # the site is one that a dry run does not make
            summary.written += len(batch)
            return
        found = await (writer.preview if summary.is_dry_run else writer.write)(batch)
        summary.written += len(found.new)
        summary.updated += len(found.changed)
        summary.unchanged += found.unchanged
        for refusal in found.refused:
            self._refuse(refusal)

    def _writer(self, key: str) -> SiteWriter | None:
        site = self._sites.find(key)
        if key not in self._writers and site.id is not None:
            self._writers[key] = SiteWriter(
                self._engine,
                self._sites.scope,
                site.id,
                operation_id=self._summary.operation_id,
            )
        return self._writers.get(key)
