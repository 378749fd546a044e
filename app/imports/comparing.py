"""What rows mean for what is stored: new, the same, changed, or there already."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, DateTime, any_, literal, select

from app.imports.policy import Decision, Match, Policy
from app.imports.reading import Record, Refusal
from app.imports.similar import Candidate, match_similar
from app.interactions.repository import find_by_external_ids, find_deleted_external_ids
from app.models import Interaction
from app.tenancy.session import ReadSession

IN_TRASH = {"external_id": "The interaction of this external id is in the trash"}
NOT_TWICE = {"external_id": "This external id is taken, so the row cannot become a second one"}


class Duplicate(NamedTuple):
    """A row that is there already, and what is done about it."""

    row: str
    match: Match
    site_id: int
    interaction_id: int
    decision: Decision


@dataclass(slots=True)
class Comparison:
    """What is to be done with the records of one site."""

    new: list[Record] = field(default_factory=list)
    changed: list[tuple[Interaction, Mapping[str, object]]] = field(default_factory=list)
    unchanged: int = 0
    skipped: int = 0
    refused: list[Refusal] = field(default_factory=list)
    duplicates: list[Duplicate] = field(default_factory=list)

    def take(self, record: Record, row: Interaction) -> None:
        """Take the content of a record for that of a stored row."""
        content = record.content
        if record.external_id is None:  # found by its title; it keeps the key that it has
            content = {name: value for name, value in content.items() if name != "external_id"}
        if any(getattr(row, name) != value for name, value in content.items()):
            self.changed.append((row, content))
        else:
            self.unchanged += 1


async def compare(
    session: ReadSession,
    site_id: int,
    records: Sequence[Record],
    *,
    policy: Policy,
    operation_id: UUID | None,
) -> Comparison:
    """Compare records of a site with what is stored there.

    Args:
        session: Its scope includes the site.
        site_id: The site.
        records: Of that site, none with the external id of another.
        policy: What is done with what is there already.
        operation_id: What this very import has written is not compared with.
    """
    keys = [record.external_id for record in records if record.external_id is not None]
    stored = await find_by_external_ids(session, site_id, keys) if keys else {}
    others = [record for record in records if (record.external_id or "") not in stored]
    similar = await _find_similar(session, site_id, others, policy, operation_id)
    unknown = [key for key in keys if key not in stored]
    in_trash = await find_deleted_external_ids(session, site_id, unknown) if unknown else set()
    found = Comparison()
    for record in records:
        key = record.external_id or ""
        row = stored.get(key)
        if row is not None and operation_id is not None and row.operation_id == operation_id:
            found.unchanged += 1  # written before this import was cut off
        elif row is not None:
            _decide(found, record, row, Match.EXTERNAL_ID, policy)
        elif key in in_trash:
            # Whoever deleted it meant it: an import neither undoes that nor makes a second one.
            found.refused.append(Refusal(record.row, IN_TRASH))
        elif (row := similar.get(record.row.number)) is not None:
            _decide(found, record, row, Match.SIMILAR, policy)
        else:
            found.new.append(record)
    return found


def _decide(
    found: Comparison, record: Record, row: Interaction, match: Match, policy: Policy
) -> None:
    decision = policy.decide(match, record.row.number)
    duplicate = Duplicate(record.row.number, match, row.site_id, row.id, decision)
    found.duplicates.append(duplicate)
    if decision is Decision.UPDATE:
        found.take(record, row)
    elif decision is Decision.SKIP:
        found.skipped += 1
    elif match is Match.EXTERNAL_ID:
        found.refused.append(Refusal(record.row, NOT_TWICE))
    else:
        found.new.append(record)


async def _find_similar(
    session: ReadSession,
    site_id: int,
    records: Sequence[Record],
    policy: Policy,
    operation_id: UUID | None,
) -> dict[str, Interaction]:
    """The interactions that start when a record does and have a title like its, by row number."""
    if not records or (policy.of[Match.SIMILAR] is Decision.CREATE and not policy.rows):
        return {}
    candidates = await _candidates(session, site_id, records, operation_id)
    taken = await asyncio.to_thread(match_similar, records, candidates)
    if not taken:
        return {}
    rows = await session.scalars(
        select(Interaction).where(
            Interaction.site_id == site_id, Interaction.id.in_(set(taken.values()))
        )
    )
    by_id = {row.id: row for row in rows}
    return {number: by_id[one] for number, one in taken.items() if one in by_id}


async def _candidates(
    session: ReadSession, site_id: int, records: Sequence[Record], operation_id: UUID | None
) -> list[Candidate]:
    statement = select(
        Interaction.id, Interaction.start_datetime, Interaction.title, Interaction.external_id
    ).where(
        Interaction.site_id == site_id,
        Interaction.start_datetime == any_(_starts(records)),
        Interaction.deleted_at.is_(None),
    )
    if operation_id is not None:
        statement = statement.where(Interaction.operation_id.is_distinct_from(operation_id))
    if all(record.external_id is not None for record in records):
        statement = statement.where(Interaction.external_id.is_(None))
    return [Candidate(*row) for row in await session.execute(statement)]


def _starts(records: Sequence[Record]) -> ColumnElement[list[datetime]]:
    starts = {record.content["start_datetime"] for record in records}
    return literal([*starts], ARRAY(DateTime(timezone=True)))
