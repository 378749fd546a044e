"""The items of a batch, done one after the other in one transaction."""

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy.exc import IntegrityError

from app.core.database_errors import database_answer
from app.core.errors import AppError, Conflict, Forbidden, ValidationFailed
from app.interactions import changing
from app.interactions.confidential import ConfidentialNotes
from app.interactions.creating import create_interactions
from app.interactions.dependencies import target_site
from app.interactions.foreign import subject_of
from app.interactions.preconditions import Precondition
from app.interactions.repository import (
    InteractionNotFound,
    find_by_external_ids,
    lock_interactions,
)
from app.interactions.schemas import InteractionCreate, InteractionPatch
from app.models import Interaction
from app.operations.batch_items import member_of, read_data, read_item
from app.operations.batch_schemas import CreateItem, DeleteItem, Item, UpdateItem
from app.operations.foreign_rows import ForeignRows
from app.tenancy.denials import Denial
from app.tenancy.scope import SiteForbidden
from app.tenancy.session import WriteSession

TAKEN = "External id is taken already"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an item.

    Attributes:
        status: As the single call answers.
        id: The interaction, if it was done.
        version: Its version by then; None when it is in the trash.
        refusal: Why it was not done.
    """

    status: int
    id: int | None = None
    version: int | None = None
    refusal: AppError | None = None


@dataclass(frozen=True, slots=True)
class New:
    """An interaction that is yet to be written, and which item it is."""

    index: int
    content: dict[str, object]

    @property
    def external_id(self) -> str | None:
        """Its key in the system that it came from."""
        key = self.content["external_id"]
        return None if key is None else str(key)


class Batch:
    """One attempt at the items.

    All rows are locked at the beginning, in the order of their ids. What is new is written
    together, just before an item that could see it, or at the end.

    Attributes:
        operation_id: What all changes carry.
        outcomes: Of each item, by its index.
        denials: What was refused with 403, for the audit.
    """

    def __init__(
        self, session: WriteSession, *, confidential: ConfidentialNotes, foreign: ForeignRows
    ) -> None:
        self.operation_id = uuid4()
        self.outcomes: dict[int, Outcome] = {}
        self.denials: list[Denial] = []
        self._session = session
        self._confidential = confidential
        self._foreign = foreign
        self._rows: dict[int, Interaction] = {}
        self._of_others: dict[int, SiteForbidden] = {}
        self._new: dict[int, list[New]] = defaultdict(list)

    async def run(self, sent: Sequence[object]) -> None:
        """Do what can be done of what was sent."""
        items: dict[int, Item] = {}
        for index, item in enumerate(sent):
            try:
                items[index] = read_item(item)
            except ValidationFailed as refusal:
                self._refuse(index, refusal)
        await self._lock({item.id for item in items.values() if not isinstance(item, CreateItem)})
        for index, item in items.items():
            try:
                await self._do(index, item)
            except AppError as refusal:
                self._refuse(index, refusal)
        await self._write_new()

    async def _lock(self, ids: set[int]) -> None:
        self._rows = await lock_interactions(self._session, ids) if ids else {}
        # Of these the answer tells, also where nothing comes to be written.
        self._session.touched.update(row.site_id for row in self._rows.values())
        self._of_others = await self._foreign.refusals(ids - self._rows.keys())

    async def _do(self, index: int, item: Item) -> None:
        if isinstance(item, CreateItem):
            self._prepare(index, item)
            return
        await self._write_new()
        if isinstance(item, UpdateItem):
            row = await self._update(item)
            self.outcomes[index] = Outcome(200, id=row.id, version=row.version)
        else:
            await self._delete(item)
            self.outcomes[index] = Outcome(204, id=item.id)

    def _prepare(self, index: int, item: CreateItem) -> None:
        site_id = target_site(self._session.scope, member_of(item.data, "site_id"))
        body = read_data(InteractionCreate, item.data)
        if site_id is None:
            raise ValidationFailed(details={"site_id": "Site is required"})
        content = changing.new_content(body, self._confidential, site_id)
        self._new[site_id].append(New(index, content))

    async def _write_new(self) -> None:
        new, self._new = self._new, defaultdict(list)
        for site_id, of_site in new.items():
            rows = await self._without_taken(site_id, of_site)
            contents = [row.content for row in rows]
            created = await create_interactions(
                self._session, site_id, contents, operation_id=self.operation_id
            )
            for row, stored in zip(rows, created, strict=True):
                self._rows[stored.id] = stored
                self.outcomes[row.index] = Outcome(201, id=stored.id, version=stored.version)

    async def _without_taken(self, site_id: int, new: Sequence[New]) -> list[New]:
        """Those whose external ids are free, or the first of several that have the same."""
        keys = [row.external_id for row in new if row.external_id is not None]
        taken = set(await find_by_external_ids(self._session, site_id, keys)) if keys else set()
        kept = []
        for row in new:
            if row.external_id in taken:
                self._refuse(row.index, Conflict(TAKEN, details={"external_id": TAKEN}))
            else:
                kept.append(row)
                if row.external_id is not None:
                    taken.add(row.external_id)
        return kept

    async def _update(self, item: UpdateItem) -> Interaction:
        patch = read_data(InteractionPatch, item.data)
        row = self._row(item.id)
        may_be_taken = patch.changes.get("external_id") not in (None, row.external_id)
        async with self._unless_taken(row) if may_be_taken else nullcontext():
            await changing.patch_interaction(
                self._session,
                row,
                patch,
                confidential=self._confidential,
                condition=_condition(item),
                operation_id=self.operation_id,
            )
        return row

    @asynccontextmanager
    async def _unless_taken(self, row: Interaction) -> AsyncIterator[None]:
        """Make a change that the database may refuse, without losing what was done before."""
        try:
            async with self._session.begin_nested():
                yield
        except IntegrityError as error:
            await self._session.refresh(row)
            if (answer := database_answer(error)) is None:
                raise
            raise answer from error

    async def _delete(self, item: DeleteItem) -> None:
        row = self._row(item.id)
        await changing.delete_interaction(
            self._session, row, condition=_condition(item), operation_id=self.operation_id
        )
        del self._rows[item.id]

    def _row(self, interaction_id: int) -> Interaction:
        row = self._rows.get(interaction_id)
        if row is None:
            raise InteractionNotFound(interaction_id)
        return row

    def _refuse(self, index: int, refusal: AppError) -> None:
        """Have an item refused in the words of the single call, and remember what to record."""
        shown = refusal
        if isinstance(refusal, Forbidden):
            self.denials.append(Denial(refusal))
        elif isinstance(refusal, InteractionNotFound):
            foreign = self._of_others.get(refusal.interaction_id)
            if foreign is not None:
                self.denials.append(Denial(foreign, subject_of(refusal.interaction_id)))
                shown = refusal if self._foreign.is_concealed else foreign
        self.outcomes[index] = Outcome(shown.status, refusal=shown)


def _condition(item: UpdateItem | DeleteItem) -> Precondition:
    versions = None if item.if_version is None else frozenset({item.if_version})
    return Precondition(versions=versions, is_owed=False)
