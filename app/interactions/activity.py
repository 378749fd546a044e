"""What was changed at a site, newest first: the statement.

First it goes along an index that holds all that is asked for, and so never past the texts of what
is left out; then it reads the few entries that are shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    DateTime,
    Integer,
    Select,
    String,
    Subquery,
    any_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    true,
    tuple_,
)

from app.core.direct_pool import Row
from app.core.statement import compile_statement
from app.core.vocabulary import ChangeType
from app.interactions.finding.parameters import LIMIT, SITE
from app.interactions.history import kind_of_operation
from app.interactions.rules import FIRST_MOMENT, LAST_MOMENT
from app.models import Interaction, InteractionChange, User
from app.tenancy.snapshot import Snapshot

Place = tuple[datetime, int]
"""An entry in the order of all: when it was made, and its id."""

BEFORE_ALL: Place = (LAST_MOMENT, 2**63 - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which changes, and how many of them.

    Attributes:
        limit: How many.
        behind: The entry that they come behind.
        changed_by: Who made them; None: anybody.
        change_types: What they did.
        since: From when on.
        until: Up to when, inclusive.
    """

    limit: int
    behind: Place = BEFORE_ALL
    changed_by: int | None = None
    change_types: Sequence[ChangeType] = tuple(ChangeType)
    since: datetime = FIRST_MOMENT
    until: datetime = LAST_MOMENT


async def list_activity(seen: Snapshot, wanted: Wanted, *, seconds: float) -> Sequence[Row]:
    """The newest changes of the one site of a scope that meet all that is asked for.

    Raises:
        OutOfTimeError: It would take longer.
    """
    return await seen.fetch(ACTIVITY, values_of(wanted), seconds=seconds)


def values_of(wanted: Wanted) -> dict[str, object]:
    """The values of the statement."""
    at, change_id = wanted.behind
    return {
        "at": at,
        "id": change_id,
        "changed_by": wanted.changed_by,
        "change_types": [kind.value for kind in wanted.change_types],
        "since": wanted.since,
        "until": wanted.until,
        "limit": wanted.limit,
    }


def _places() -> Subquery:
    """The entries that are shown, found in an index alone."""
    moment, person = DateTime(timezone=True), bindparam("changed_by", type_=Integer())
    place = (bindparam("at", type_=moment), bindparam("id", type_=BigInteger()))
    kinds: Any = bindparam("change_types", type_=ARRAY(String()))
    change = InteractionChange
    found = select(change.id, change.changed_at, change.interaction_id).where(
        change.site_id == SITE,
        tuple_(change.changed_at, change.id) < tuple_(*place),
        change.changed_at >= bindparam("since", type_=moment),
        change.changed_at <= bindparam("until", type_=moment),
        or_(person.is_(None), change.changed_by == person),
        change.change_type == any_(kinds),
    )
    return found.order_by(change.changed_at.desc(), change.id.desc()).limit(LIMIT).subquery("place")


def _activity() -> Select[Any]:
    place = _places()
    at_once: ColumnElement[int] = literal_column("0")  # as in `finding.sources.looked_up`
    change = InteractionChange
    states = (change.after_state, change.before_state)
    fields = select(func.jsonb_object_keys(change.changes).column_valued("name"))
    told = (
        select(
            change.version,
            change.change_type,
            change.changed_by,
            change.api_key_id,
            change.operation_id,
            func.coalesce(*(state["title"].astext for state in states)).label("title"),
            func.array(fields.scalar_subquery()).label("fields"),
        )
        .where(change.site_id == SITE, change.id == place.c.id)
        .offset(at_once)
        .lateral("told")
    )
    is_it = (Interaction.site_id == SITE, Interaction.id == place.c.interaction_id)
    columns = (Interaction.created_by, Interaction.deleted_at)
    interaction = select(*columns).where(*is_it).offset(at_once).lateral("interaction")
    name = select(User.full_name).where(User.id == told.c.changed_by).scalar_subquery()
    return (
        select(
            *place.c,
            *told.c,
            *interaction.c,
            name.label("full_name"),
            kind_of_operation(told.c.operation_id).label("kind"),
        )
        .select_from(place)
        .join(told, true())
        .outerjoin(interaction, true())
        .order_by(place.c.changed_at.desc(), place.c.id.desc())
    )


ACTIVITY = compile_statement(_activity())
