"""The tables that tell what happened, each in the same columns.

Columns of tables and not of models, because a statement of them is left as it is written: with
the predicate of the session besides its own, the planner expects far fewer rows than there are
and leaves the index by time alone. So these statements name the sites themselves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Integer,
    Label,
    SQLColumnExpression,
    String,
    Text,
    case,
    cast,
    func,
    literal,
    null,
)
from sqlalchemy.dialects.postgresql import JSONB

from app.audit_events.filters import CHANGE_ACTIONS
from app.core.vocabulary import ChangeType
from app.models import AuditEvent, InteractionChange, SystemEvent

Columns = tuple[Label[Any], ...]


@dataclass(frozen=True, slots=True)
class Source:
    """One of the tables.

    Attributes:
        letter: Begins the ids of its events; at the same instant the last letter comes first.
        site_id: None where nothing belongs to a site.
        kind: What tells its actions apart, and the filter of actions in its words.
    """

    letter: str
    id: SQLColumnExpression[int]
    at: SQLColumnExpression[datetime]
    actor_id: SQLColumnExpression[Any]
    site_id: SQLColumnExpression[int] | None
    kind: SQLColumnExpression[str]
    columns: Columns

    def kinds(self, actions: Sequence[str]) -> list[str]:
        """What the actions are called in this table; those that it never holds are left out."""
        if self is CHANGES:
            return [kind.value for kind in ChangeType if CHANGE_ACTIONS[kind] in actions]
        return [action for action in actions if action not in CHANGE_ACTIONS.values()]


def _columns(letter: str, **columns: SQLColumnExpression[Any]) -> Columns:
    named = {"letter": literal(letter, String), **columns}
    return tuple(column.label(name) for name, column in named.items())


def _of_events(letter: str, model: type[AuditEvent | SystemEvent]) -> Source:
    event = model.__table__.c
    return Source(
        letter=letter,
        id=event.id,
        at=event.at,
        actor_id=event.actor_id,
        site_id=event.get("site_id"),
        kind=event.action,
        columns=_columns(
            letter,
            id=event.id,
            at=event.at,
            action=event.action,
            actor_id=event.actor_id,
            api_key_id=event.api_key_id,
            site_id=event.get("site_id", cast(null(), Integer)),
            subject=event.subject,
            address=event.address,
            request_id=event.request_id,
            details=event.details,
        ),
    )


def _of_changes(letter: str) -> Source:
    change, nothing = InteractionChange.__table__.c, cast(null(), Text)
    actions = {kind.value: action for kind, action in CHANGE_ACTIONS.items()}
    return Source(
        letter=letter,
        id=change.id,
        at=change.changed_at,
        actor_id=change.changed_by,
        site_id=change.site_id,
        kind=change.change_type,
        columns=_columns(
            letter,
            id=change.id,
            at=change.changed_at,
            action=case(actions, value=change.change_type),
            actor_id=change.changed_by,
            api_key_id=cast(null(), Integer),
            site_id=change.site_id,
            subject=literal("interaction:", String) + cast(change.interaction_id, Text),
            address=nothing,
            request_id=nothing,
            details=func.jsonb_build_object(
                literal("version", String),
                change.version,
                literal("operation_id", String),
                change.operation_id,
                type_=JSONB,
            ),
        ),
    )


EVENTS = _of_events("a", AuditEvent)
CHANGES = _of_changes("h")
SYSTEM_EVENTS = _of_events("s", SystemEvent)
