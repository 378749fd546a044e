"""Statements that count interactions; each sees the sites of its session's scope only."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    DateTime,
    Integer,
    Select,
    SQLColumnExpression,
    Subquery,
    cast,
    extract,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.exc import DBAPIError

from app.core.database_errors import sqlstate_of
from app.core.errors import QueryTooBroad
from app.interactions.search import conditions
from app.models import Interaction, InteractionCount, InteractionDelta, Site
from app.statistics.question import GroupField, Question
from app.statistics.rules import FIRST_MONTH, is_kept, month_borders, month_name
from app.tenancy.session import ReadSession

MAX_ROWS = 1_000

_STOPPED = "57014"
"""The SQLSTATE of a statement whose time was over."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many are counted together, and their minutes; what they are not counted by is None."""

    count: int
    minutes: int
    type: str | None = None
    month: str | None = None
    site: int | None = None
    lead: str | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """What was found: all of it together, and the first rows of it."""

    count: int
    minutes: int
    is_complete: bool
    rows: list[Counted]


async def count_interactions(session: ReadSession, asked: Question) -> Counts:
    """How many interactions there are, by what is asked for.

    They are read from the counts that are kept, as far as those tell, else counted one by one.

    Raises:
        QueryTooBroad: Counting takes too long.
    """
    cells = _kept_cells(asked) if is_kept(asked) else _cells(asked)
    with _bounded():
        rows = (await session.execute(_grouped(cells, asked.by))).all()
    return Counts(
        count=rows[0].all_count if rows else 0,
        minutes=rows[0].all_minutes if rows else 0,
        is_complete=len(rows) <= MAX_ROWS,
        rows=[_counted(row._asdict(), asked.by) for row in rows[:MAX_ROWS] if asked.by],
    )


async def list_site_names(session: ReadSession) -> dict[int, str]:
    """The names of the scope's sites, by id."""
    statement = select(Site.id, Site.name).where(Site.id.in_(session.scope.site_ids))
    return dict((await session.execute(statement)).all())


def _counted(row: dict[str, Any], by: tuple[GroupField, ...]) -> Counted:
    fields = {name: row[name] for name in by}
    if "month" in fields:
        fields["month"] = month_name(fields["month"])
    return Counted(row["count_"], row["minutes_"], **fields)


def _grouped(cells: Subquery, by: tuple[GroupField, ...]) -> Select[*tuple[Any, ...]]:
    """The rows that are asked for out of smaller ones, each with the totals of all."""
    count, minutes = func.sum(cells.c.interactions), func.sum(cells.c.minutes)
    fields = [cells.c[name] for name in by]
    sums = {
        "count_": count,
        "minutes_": minutes,
        "all_count": func.sum(count).over(),
        "all_minutes": func.sum(minutes).over(),
    }
    return (
        select(*fields, *(cast(value, BigInteger).label(name) for name, value in sums.items()))
        .group_by(*fields)
        .having(count > 0)
        .order_by(*_order(fields, count))
        .limit(MAX_ROWS + 1)
    )


def _order(
    fields: Sequence[ColumnElement[Any]], count: ColumnElement[int]
) -> Iterator[ColumnElement[Any]]:
    """By each field in turn; leads by how many they have there, then by name."""
    for place, field in enumerate(fields, start=1):
        if field.key == "lead":
            yield func.sum(count).over(partition_by=fields[:place]).desc()
            yield func.app.fold(field)
        yield field


def _cells(asked: Question) -> Subquery:
    """One row an interaction."""
    period, start = asked.period, Interaction.start_datetime
    fields: dict[GroupField, SQLColumnExpression[Any]] = {
        "type": Interaction.type,
        "site": Interaction.site_id,
        "lead": Interaction.lead,
    }
    if "month" in asked.by:
        fields["month"] = _month(asked.filters.tz)
    seconds = func.date_part("epoch", Interaction.end_datetime - start)
    statement: Select[*tuple[Any, ...]] = select(
        *(fields[name].label(name) for name in asked.by),
        literal_column("1", Integer).label("interactions"),
        func.floor(seconds / 60).label("minutes"),
    ).where(*conditions(asked.filters))
    if period.first is not None:
        statement = statement.where(start >= period.first)
    if period.last is not None:
        statement = statement.where(start <= period.last)
    return statement.subquery()


def _month(zone: str) -> ColumnElement[int]:
    """The month that an interaction starts in, by number."""
    borders = cast(list(month_borders(zone)), ARRAY(DateTime(timezone=True)))
    return func.width_bucket(Interaction.start_datetime, borders) + (FIRST_MONTH - 1)


def _kept_cells(asked: Question) -> Subquery:
    """The counts that are kept and the differences that are not folded yet, at one moment."""
    return union_all(
        _of_counts(InteractionCount, asked), _of_counts(InteractionDelta, asked)
    ).subquery()


def _of_counts(
    model: type[InteractionCount | InteractionDelta], asked: Question
) -> Select[*tuple[Any, ...]]:
    period, kinds = asked.period, asked.filters.type
    months = extract("year", model.month) * 12 + extract("month", model.month) - 1
    fields: dict[GroupField, SQLColumnExpression[Any]] = {
        "type": model.type,
        "month": cast(months, Integer),
        "site": model.site_id,
    }
    statement: Select[*tuple[Any, ...]] = select(
        *(fields[name].label(name) for name in asked.by),
        cast(model.interactions, BigInteger).label("interactions"),
        model.minutes.label("minutes"),
    )
    if kinds:
        statement = statement.where(model.type.in_(sorted({kind.value for kind in kinds})))
    if period.first is not None:
        statement = statement.where(model.month >= period.first.date())
    if period.last is not None:
        statement = statement.where(model.month <= period.last.date())
    return statement


@contextmanager
def _bounded() -> Iterator[None]:
    """Say of a statement that ran out of time that it was too much to ask for."""
    try:
        yield
    except DBAPIError as error:
        if sqlstate_of(error) == _STOPPED:
            raise QueryTooBroad from error
        raise
