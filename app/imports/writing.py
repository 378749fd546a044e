"""Writing one batch of a site in one transaction, by the functions that the API writes with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm.exc import StaleDataError

from app.imports.reading import Record, Refusal
from app.interactions.repository import (
    create_interactions,
    find_by_external_ids,
    list_deleted_external_ids,
    update_interactions,
)
from app.models import Interaction
from app.tenancy.scope import SiteScope
from app.tenancy.session import ReadSession, read_session, scoped_session

TRIES = 3

IN_TRASH = {"external_id": "The interaction of this external id is in the trash"}


@dataclass(slots=True)
class Comparison:
    """What a batch means for what is stored."""

    new: list[Record] = field(default_factory=list)
    changed: list[tuple[Interaction, Mapping[str, object]]] = field(default_factory=list)
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)

    def add(self, record: Record, row: Interaction | None, *, is_in_trash: bool) -> None:
        """Sort one record in by the row that is stored for it."""
        if row is None and is_in_trash:
            # Whoever deleted it meant it: an import neither undoes that nor makes a second one.
            self.refused.append(Refusal(record.row, IN_TRASH))
        elif row is None:
            self.new.append(record)
        elif any(getattr(row, name) != value for name, value in record.content.items()):
            self.changed.append((row, record.content))
        else:
            self.unchanged += 1


class SiteWriter:
    """Writes the batches of one site; a row is known again by its external id."""

    def __init__(
        self, engine: AsyncEngine, scope: SiteScope, site_id: int, *, operation_id: UUID
    ) -> None:
        self._engine = engine
        self._scope = scope.narrow([site_id])
        self._site_id = site_id
        self._operation_id = operation_id
        self._in_trash: set[str] | None = None

    async def preview(self, records: Sequence[Record]) -> Comparison:
        """Tell what writing the batch would do, in a transaction that cannot write."""
        async with read_session(self._engine, self._scope) as session:
            return await self._compare(session, records)

    async def write(self, records: Sequence[Record]) -> Comparison:
        """Write the batch; once more when somebody else wrote one of its rows at the same time."""
        for _ in range(TRIES - 1):
            try:
                return await self._write(records)
            except (StaleDataError, IntegrityError):
                continue
        return await self._write(records)

    async def _write(self, records: Sequence[Record]) -> Comparison:
        async with scoped_session(self._engine, self._scope) as session:
            found = await self._compare(session, records)
            await create_interactions(
                session,
                self._site_id,
                [record.content for record in found.new],
                operation_id=self._operation_id,
            )
            await update_interactions(session, found.changed, operation_id=self._operation_id)
            return found

    async def _compare(self, session: ReadSession, records: Sequence[Record]) -> Comparison:
        keys = [record.external_id for record in records if record.external_id is not None]
        stored = await find_by_external_ids(session, self._site_id, keys)
        if self._in_trash is None:
            self._in_trash = await list_deleted_external_ids(session, self._site_id)
        found = Comparison()
        for record in records:
            key = record.external_id or ""
            found.add(record, stored.get(key), is_in_trash=key in self._in_trash)
        return found
