"""Statements that count interactions by one thing after the other, at one moment.

By type and site, the counts that are kept answer where a question asks for types and whole months
of UTC alone. Leads and days are not kept: they are counted out of an index. Every statement
carries the sites of the scope itself; row-level security does the same again.
"""

from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    BindParameter,
    ColumnElement,
    DateTime,
    Double,
    FromClause,
    Integer,
    Select,
    Text,
    bindparam,
    cast,
    func,
    literal,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.sql.elements import Grouping

from app.core.statement import Statement, compile_statement
from app.interactions.finding.forms import Form, Sites
from app.interactions.finding.numbers import Counted, cells
from app.interactions.finding.parameters import KEPT, of_sites
from app.interactions.finding.sources import selected
from app.interactions.finding.tree import leaves
from app.models import Interaction, InteractionCount, InteractionDelta

MOST_LEADS = 20

_CHANGES: BindParameter[Any] = bindparam("changes", type_=ARRAY(DateTime(timezone=True)))
_OFFSETS: Grouping[Any] = Grouping(bindparam("offsets", type_=ARRAY(Integer())))
_IN_INDEX = frozenset({"type", "site_id", "start_datetime", "end_datetime"})
"""What the index of a site's rows holds, by which leads and days are counted."""

_ONE = literal_column("1", Integer())
_A_MINUTE: ColumnElement[float] = literal_column("60", Double())
_A_DAY: ColumnElement[float] = literal_column("86400", Double())


@lru_cache(maxsize=KEPT)
def parts(form: Form) -> Statement:
    """Everything that a question finds, by type, site, lead and day: one row each."""
    rows = _rows(form)
    cell = _by(rows.c, "type", "site_id").cte("cell")
    grouped = (
        _grouped("type", cell, cell.c.type),
        _grouped("site", cell, cell.c.site_id),
        _grouped("day", rows, rows.c.day),
        _most(_grouped("lead", rows, rows.c.lead)),
    )
    return compile_statement(union_all(*grouped))


@lru_cache(maxsize=KEPT)
def kept_parts(form: Form, counted: Counted, *, has_months: bool) -> Statement:
    """The same, with types and sites out of the counts that are kept.

    If the months of the report are those of the counts, then there is a row for each month and
    each weekday rather than for each day, and the interactions themselves are read only once.
    """
    rows, kept = _rows(form), kept_cells(form.sites, counted).cte("kept")
    grouped = [_grouped("type", kept, kept.c.type), _grouped("site", kept, kept.c.site_id)]
    if has_months:
        cell = _by(rows.c, "lead", "weekday").cte("cell")
        grouped += [_grouped("month", kept, kept.c.month), _grouped("day", cell, cell.c.weekday)]
        grouped.append(_most(_grouped("lead", cell, cell.c.lead)))
    else:
        grouped.append(_grouped("day", rows, rows.c.day))
        grouped.append(_most(_grouped("lead", rows, rows.c.lead)))
    return compile_statement(union_all(*grouped))


@lru_cache(maxsize=KEPT)
def total(form: Form) -> Statement:
    """How many interactions a question finds, and their minutes."""
    found = selected(form, [_minutes().label("minutes"), _ONE.label("interactions")])
    return compile_statement(select(*_sums(found.subquery("found").c)))


@cache
def kept_total(sites: Sites, counted: Counted) -> Statement:
    """The same out of the counts that are kept."""
    return compile_statement(select(*_sums(kept_cells(sites, counted).subquery("kept").c)))


def kept_cells(sites: Sites, counted: Counted) -> Select[Any]:
    """The counts that are kept and the differences that are not folded yet."""
    tables = (_cells_of(table, sites, counted) for table in (InteractionCount, InteractionDelta))
    both = union_all(*tables).subquery("cell")
    return select(both)


def _cells_of(
    table: type[InteractionCount | InteractionDelta], sites: Sites, counted: Counted
) -> Select[Any]:
    number = cast(table.interactions, BigInteger).label("interactions")
    columns: tuple[Any, ...] = (table.type, table.site_id, table.month, number, table.minutes)
    return select(*columns).where(of_sites(table.site_id, sites), *cells(table, counted))


def _rows(form: Form) -> FromClause:
    """What is counted, of each row that the question finds.

    Where the index alone tells, it is read anew for each count, which costs less than to write all
    rows down in between. Other conditions are looked at once.
    """
    found = selected(
        form,
        [
            Interaction.type.label("type"),
            Interaction.site_id.label("site_id"),
            Interaction.lead.label("lead"),
            _day().label("day"),
            (_day() % literal_column("7", Integer())).label("weekday"),
            _minutes().label("minutes"),
            _ONE.label("interactions"),
        ],
    )
    is_in_index = all(leaf.field in _IN_INDEX for leaf in leaves(form.where))
    return found.subquery("found") if is_in_index else found.cte("found")


def _minutes() -> ColumnElement[Any]:
    seconds = func.date_part("epoch", Interaction.end_datetime - Interaction.start_datetime)
    return func.floor(seconds / _A_MINUTE)


def _day() -> ColumnElement[Any]:
    """The number of the day that an interaction starts on, by the clocks of the zone."""
    start = Interaction.start_datetime
    offset = _OFFSETS[func.width_bucket(start, _CHANGES) + _ONE]
    return cast(func.floor((func.date_part("epoch", start) + offset) / _A_DAY), Integer)


def _by(columns: Any, *names: str) -> Select[Any]:
    """Rows counted together by some columns."""
    wanted: list[Any] = [columns[name] for name in names]
    return select(*wanted, *_sums(columns)).group_by(*wanted)


def _grouped(part: str, cell: FromClause, name: ColumnElement[Any]) -> Select[Any]:
    count, minutes = _sums(cell.c)
    columns: tuple[Any, ...] = (
        literal(part, Text()).label("part"),
        cast(name, Text()).label("name"),
    )
    columns += (count, minutes, _ONE.label("groups"))
    return select(*columns).group_by(name).having(count > 0)


def _sums(columns: Any) -> Iterator[ColumnElement[int]]:
    for column in (columns.interactions, columns.minutes):
        yield cast(func.coalesce(func.sum(column), 0), BigInteger).label(column.name)


def _most(grouped: Select[Any]) -> Select[Any]:
    """The groups with the most, each with the number of all groups."""
    group = grouped.subquery("group_")
    ranked = (
        select(
            group.c.part,
            group.c.name,
            group.c.interactions,
            group.c.minutes,
            cast(func.count().over(), Integer).label("groups"),
        )
        .order_by(group.c.interactions.desc(), group.c.name)
        .limit(literal_column(str(MOST_LEADS), Integer()))
        .subquery("ranked")
    )
    return select(ranked)
