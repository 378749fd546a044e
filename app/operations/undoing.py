"""Taking the changes of an operation back, some at a time, with history and counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from app.core.vocabulary import ChangeType
from app.interactions.repository import restore_interaction, update_interaction
from app.interactions.rules import ERASED, may_delete
from app.models import Interaction
from app.operations.schemas import MAX_SHOWN, ConflictReason, UndoConflict, UndoOutcome
from app.tenancy.scope import SiteScope
from app.tenancy.session import ReadSession, WriteSession

BATCH = 500

_COUNT = text("""
    SELECT count(DISTINCT interaction_id) FROM app.interaction_changes
    WHERE site_id = :site_id AND operation_id = :operation_id
""")

# What the operation did to each interaction, from its first change of it to its last, and how
# that interaction is now.
_NEXT = text("""
    WITH touched AS (
        SELECT interaction_id, min(version) AS first, max(version) AS last,
            count(*) < max(version) - min(version) + 1 AS has_others
        FROM app.interaction_changes
        WHERE site_id = :site_id AND operation_id = :operation_id AND interaction_id > :after
        GROUP BY interaction_id ORDER BY interaction_id LIMIT :most
    )
    SELECT t.interaction_id, t.last, t.has_others, c.change_type, c.before_state,
           l.change_type AS last_change, i.version, i.deleted_at IS NOT NULL AS is_deleted,
           i.operation_id IS NOT DISTINCT FROM :undo_id AS is_undone
    FROM touched t
    JOIN app.interaction_changes c
      ON c.site_id = :site_id AND c.interaction_id = t.interaction_id AND c.version = t.first
    JOIN app.interaction_changes l
      ON l.site_id = :site_id AND l.interaction_id = t.interaction_id AND l.version = t.last
    LEFT JOIN app.interactions i ON i.site_id = :site_id AND i.id = t.interaction_id
    ORDER BY t.interaction_id
""")

_REMOVE = text("""
    WITH removed AS (
        UPDATE app.interactions AS i
        SET deleted_at = now(), updated_at = now(), updated_by = :user_id,
            operation_id = :undo_id, version = i.version + 1
        FROM unnest(CAST(:ids AS bigint[]), CAST(:versions AS integer[])) AS given (id, version)
        WHERE i.site_id = :site_id AND i.id = given.id AND i.version = given.version
          AND i.deleted_at IS NULL
        RETURNING i.*
    ), content AS (
        SELECT r.id, r.version, jsonb_build_object(
            'title', title, 'type', type, 'lead', lead,
            'start_datetime', app.rfc3339(start_datetime),
            'end_datetime', app.rfc3339(end_datetime),
            'timezone', timezone, 'location', location, 'description', description,
            'notes', notes, 'external_id', external_id
        ) AS state FROM removed r
    ), remembered AS (
        INSERT INTO app.interaction_changes (
            site_id, interaction_id, version, change_type, changed_by, changes, before_state,
            operation_id
        )
        SELECT :site_id, content.id, content.version, 'DELETE', :user_id, (
            SELECT jsonb_object_agg(key, jsonb_build_object('old', value, 'new', NULL))
            FROM jsonb_each(state) WHERE value <> 'null'
        ), state, :undo_id
        FROM content ORDER BY content.id
    ), counted AS (
        INSERT INTO app.interaction_deltas (site_id, type, month, interactions, minutes)
        SELECT :site_id, type, date_trunc('month', start_datetime AT TIME ZONE 'UTC'), -count(*),
            -sum(floor(extract(epoch FROM end_datetime - start_datetime) / 60))
        FROM removed GROUP BY 2, 3
    )
    SELECT id FROM removed
""")


@dataclass(frozen=True, slots=True)
class Undoing:
    """Takes one operation back at one site.

    Attributes:
        site_id: The site.
        operation_id: The operation.
        undo_id: What its taking back is called in the history; an attempt before may have begun.
        outcome: What has been done so far, of all sites; an attempt counts from the beginning.
    """

    site_id: int
    operation_id: UUID
    undo_id: UUID
    outcome: UndoOutcome

    async def count(self, session: ReadSession) -> int:
        """How many interactions of the site it has touched."""
        return await session.scalar(_COUNT, self._named()) or 0

    async def undo_some(self, session: WriteSession, *, after: int) -> int | None:
        """Take the next changes back.

        Args:
            session: Its scope includes the site.
            after: The last interaction of those before.

        Returns:
            The last interaction of these; None when there were none left.
        """
        values = {**self._named(), "undo_id": self.undo_id, "after": after, "most": BATCH}
        rows = (await session.execute(_NEXT, values)).all()
        to_remove: list[Row[Any]] = []
        to_restore: list[Row[Any]] = []
        for row in rows:
            self._sort(row, to_remove, to_restore)
        await self._remove(session, to_remove)
        await self._restore(session, to_restore)
        return rows[-1].interaction_id if rows else None

    def _named(self) -> dict[str, object]:
        return {"site_id": self.site_id, "operation_id": self.operation_id}

    def _sort(self, row: Row[Any], to_remove: list[Row[Any]], to_restore: list[Row[Any]]) -> None:
        is_made = row.change_type == ChangeType.CREATE.value
        was_deleted = row.last_change == ChangeType.DELETE.value
        if row.version is None:
            self._conflict(row.interaction_id, ConflictReason.GONE)
        elif row.is_undone or (is_made and was_deleted):
            self._count(is_made=is_made)
        elif row.has_others or row.version != row.last or row.is_deleted != was_deleted:
            self._conflict(row.interaction_id, ConflictReason.CHANGED)
        else:
            (to_remove if is_made else to_restore).append(row)

    async def _remove(self, session: WriteSession, rows: Sequence[Row[Any]]) -> None:
        if not rows:
            return
        values = {
            "site_id": self.site_id,
            "undo_id": self.undo_id,
            "user_id": session.scope.user_id,
            "ids": [row.interaction_id for row in rows],
            "versions": [row.version for row in rows],
        }
        removed = set(await session.scalars(_REMOVE, values))
        for row in rows:
            if row.interaction_id in removed:
                self._count(is_made=True)
            else:  # somebody was faster
                self._conflict(row.interaction_id, ConflictReason.CHANGED)

    async def _restore(self, session: WriteSession, rows: Sequence[Row[Any]]) -> None:
        """Make some what they were before, as long as that frees external ids for others."""
        while rows:
            stuck = [row for row in rows if not await self._restore_one(session, row)]
            if len(stuck) == len(rows):
                for row in stuck:
                    self._conflict(row.interaction_id, ConflictReason.TAKEN)
                return
            rows = stuck

    async def _restore_one(self, session: WriteSession, row: Row[Any]) -> bool:
        """Make one what it was before, or tell why not; False when another has its external id.

        If it cannot be, nothing of the rest is lost.
        """
        try:
            async with session.begin_nested():
                stored = await session.scalar(
                    select(Interaction)
                    .where(
                        Interaction.site_id == self.site_id,
                        Interaction.id == row.interaction_id,
                        Interaction.version == row.version,
                    )
                    .with_for_update()
                )
                if stored is None:
                    self._conflict(row.interaction_id, ConflictReason.CHANGED)
                    return True
                content = _columns(row.before_state)
                if stored.deleted_at is None:
                    await update_interaction(session, stored, content, operation_id=self.undo_id)
                elif _may_take_out(session.scope, stored):
                    await restore_interaction(session, stored, content, operation_id=self.undo_id)
                else:
                    self._conflict(row.interaction_id, ConflictReason.FORBIDDEN)
                    return True
        except IntegrityError:
            return False
        except StaleDataError:
            self._conflict(row.interaction_id, ConflictReason.CHANGED)
        else:
            self._count(is_made=False)
        return True

    def _count(self, *, is_made: bool) -> None:
        if is_made:
            self.outcome.removed += 1
        else:
            self.outcome.restored += 1

    def _conflict(self, interaction_id: int, reason: ConflictReason) -> None:
        self.outcome.conflicts_total += 1
        if len(self.outcome.conflicts) < MAX_SHOWN:
            conflict = UndoConflict(
                site_id=self.site_id, interaction_id=interaction_id, reason=reason
            )
            self.outcome.conflicts.append(conflict)


def _may_take_out(scope: SiteScope, row: Interaction) -> bool:
    """Whether somebody may still delete what they deleted, for their role may be another by now."""
    role = scope.roles[row.site_id]
    return may_delete(role, user_id=scope.user_id, created_by=row.created_by)


def _columns(state: dict[str, Any]) -> dict[str, object]:
    """What history holds, as columns of the table."""
    times = {
        name: datetime.fromisoformat(state[name]) for name in ("start_datetime", "end_datetime")
    }
    # With a name erased from it, it is no key any more.
    is_erased = ERASED in (state["external_id"] or "")
    return {**state, **times, **({"external_id": None} if is_erased else {})}
