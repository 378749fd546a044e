"""The numbers that are kept of sites, as expressions: folded counts and what is pending."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Date,
    Select,
    String,
    any_,
    bindparam,
    cast,
    func,
    select,
)

from app.core.statement import Statement, compile_statement
from app.interactions.finding.forms import Sites, sites_form
from app.interactions.finding.parameters import of_sites
from app.interactions.finding.tree import Leaf, Node, parts_of
from app.models import InteractionCount, InteractionDelta, SiteCounter
from app.tenancy.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Counted:
    """Which of the kept counts are to be added up.

    Attributes:
        by_type: Whether only some types.
        is_from: Whether only from a month on.
        is_to: Whether only up to a month.
    """

    by_type: bool = False
    is_from: bool = False
    is_to: bool = False

    @property
    def is_all(self) -> bool:
        """Whether it is simply all of them."""
        return not (self.by_type or self.is_from or self.is_to)


def counted_by(where: Node) -> tuple[Counted, dict[str, object]] | None:
    """How a question is answered by kept counts, and with which values; None when it is not.

    That is so when it asks for nothing but types and whole months in UTC.
    """
    values: dict[str, object] = {}
    for part in parts_of(where):
        found = _counted(part)
        if found is None or values.keys() & found.keys():
            return None
        values |= found
    form = Counted("types" in values, "from_month" in values, "to_month" in values)
    return form, values


def _counted(part: Node) -> dict[str, object] | None:
    if not isinstance(part, Leaf):
        return None
    if part.field == "type":
        return {"types": part.value if part.op == "in" else [part.value]}
    if part.field == "start_datetime" and isinstance(part.value, datetime):
        if part.op == "gte" and (month := _month_of(part.value)):
            return {"from_month": month}
        if part.op == "lte" and (month := _month_of(part.value + timedelta(microseconds=1))):
            return {"to_month": month}
    return None


def _month_of(moment: datetime) -> date | None:
    """The month that begins at a moment."""
    first = moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return first.date() if moment == first else None


@cache
def kept_numbers(sites: Sites, counted: Counted) -> Statement:
    """The generation of the scope's sites, and a kept total."""
    return compile_statement(numbers(sites, counted))


async def generation_of(snapshot: Snapshot) -> int:
    """The generation of the scope's sites: a number that grows with every write."""
    (row,) = await snapshot.fetch(_generation(sites_form(len(snapshot.scope.roles))))
    return int(row["generation"])


@cache
def _generation(sites: Sites) -> Statement:
    return compile_statement(numbers(sites, None))


def numbers(sites: Sites, counted: Counted | None) -> Select[Any]:
    """A row with the generation of the scope's sites and, if it is kept, the total."""
    folded = select(
        func.coalesce(func.sum(SiteCounter.writes), 0).label("writes"),
        func.coalesce(func.sum(SiteCounter.interactions), 0).label("interactions"),
    ).where(of_sites(SiteCounter.site_id, sites))
    change: ColumnElement[Any] = func.sum(InteractionDelta.interactions)
    if counted is not None and not counted.is_all:
        change = func.sum(InteractionDelta.interactions).filter(*cells(InteractionDelta, counted))
    pending = select(
        func.count().label("writes"), func.coalesce(change, 0).label("interactions")
    ).where(of_sites(InteractionDelta.site_id, sites))
    old, new = folded.subquery("folded"), pending.subquery("pending")
    generation = cast(old.c.writes + new.c.writes, BigInteger).label("generation")
    if counted is None:
        return select(generation).select_from(old, new)
    known = old.c.interactions if counted.is_all else _known(sites, counted)
    total = cast(known + new.c.interactions, BigInteger).label("total")
    return select(generation, total).select_from(old, new)  # type: ignore[return-value]


def _known(sites: Sites, counted: Counted) -> ColumnElement[Any]:
    total = select(func.coalesce(func.sum(InteractionCount.interactions), 0)).where(
        of_sites(InteractionCount.site_id, sites), *cells(InteractionCount, counted)
    )
    return total.scalar_subquery()


def cells(
    table: type[InteractionCount] | type[InteractionDelta], counted: Counted
) -> list[ColumnElement[bool]]:
    """What has to hold of the kept counts that are to be added up."""
    found: list[ColumnElement[bool]] = []
    if counted.by_type:
        found.append(table.type == any_(bindparam("types", type_=ARRAY(String()))))
    if counted.is_from:
        found.append(table.month >= bindparam("from_month", type_=Date()))
    if counted.is_to:
        found.append(table.month < bindparam("to_month", type_=Date()))
    return found
