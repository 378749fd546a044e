"""The values that a field already has, for whoever begins to write one."""

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from fastapi import Request
from pydantic import TypeAdapter
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    String,
    Subquery,
    bindparam,
    func,
    literal,
    literal_column,
    select,
    true,
)

from app.core.cache import Cache, Kind
from app.core.direct_pool import DirectPool, OutOfTimeError
from app.core.errors import QueryTooBroad
from app.core.statement import Statement, compile_statement
from app.interactions.finding.expressions import column_of
from app.interactions.finding.forms import Form, sites_form
from app.interactions.finding.indexed import MANY, view_of
from app.interactions.finding.needles import fold_all, is_needle, pattern
from app.interactions.finding.numbers import generation_of
from app.interactions.finding.ordering import NEWEST_FIRST
from app.interactions.finding.sources import in_order, looked_up, met
from app.interactions.finding.tree import Every, Leaf
from app.interactions.search_schemas import SuggestedField, Suggestion
from app.models import Interaction
from app.tenancy.scope import SiteScope
from app.tenancy.snapshot import snapshot

MOST = 10
NEWEST = 5_000
"""So many rows are looked at where no index is of use."""

SECONDS_FOR_ALL = 0.3
SECONDS_FOR_NEWEST = 0.4

_SUGGESTIONS = TypeAdapter(list[Suggestion])
_SEPARATOR = "\x1f"


@dataclass(frozen=True, slots=True)
class Beginning:
    """What is asked: values of which field, and how they begin.

    Attributes:
        field: The field.
        prefix: Their beginning, without case and accents.
    """

    field: SuggestedField
    prefix: str

    @property
    def is_indexed(self) -> bool:
        """Whether the index of words knows where to look."""
        return is_needle(self.prefix)

    @property
    def pattern(self) -> str:
        """What documents are like that may hold such a value: the title is what they begin with."""
        if self.field == "title":
            return pattern(self.prefix).removeprefix("%")
        return pattern(_SEPARATOR + self.prefix)


async def suggest(
    request: Request, scope: SiteScope, field: SuggestedField, prefix: str
) -> list[Suggestion]:
    """The values of the scope that begin like this, the most used first.

    What is kept of them is kept for a generation, which is read first: it can only be newer.

    Raises:
        QueryTooBroad: Even the newest rows cannot be looked at in time.
    """
    pool: DirectPool = request.app.state.direct_pool
    async with snapshot(pool, scope) as seen:
        generation = await generation_of(seen)
        folded = (await fold_all(seen, {prefix}))[prefix]
    asked = Beginning(field, folded)

    async def make() -> list[Suggestion]:
        return await _suggest(pool, scope, asked)

    kept: Cache = request.app.state.cache
    key = (scope.site_ids, generation, field, folded)
    return await kept.get_or_make(Kind.SUGGESTIONS, key, make, form=_SUGGESTIONS)


async def _suggest(pool: DirectPool, scope: SiteScope, asked: Beginning) -> list[Suggestion]:
    if asked.is_indexed:
        try:
            return await _among_all(pool, scope, asked)
        except OutOfTimeError:
            pass  # its words are very common: the newest rows tell enough
    try:
        return await _among_newest(pool, scope, asked)
    except OutOfTimeError:
        raise QueryTooBroad from None


async def _among_all(pool: DirectPool, scope: SiteScope, asked: Beginning) -> list[Suggestion]:
    has_many_sites = len(scope.roles) >= MANY
    values: dict[str, object] = {"value0": asked.prefix, "pattern": asked.pattern}
    async with snapshot(pool, scope, planned_anew=True) as seen:
        form = _form(asked.field, scope)
        statement = _of_all(asked.field, form, has_many_sites=has_many_sites)
        rows = await seen.fetch(statement, values, seconds=SECONDS_FOR_ALL)
    return [Suggestion(**row) for row in rows]


async def _among_newest(pool: DirectPool, scope: SiteScope, asked: Beginning) -> list[Suggestion]:
    values: dict[str, object] = {"value0": asked.prefix}
    # Planned anew: a plan that was kept from when the table was small reads all of it for each row.
    async with snapshot(pool, scope, planned_anew=True, in_order=len(scope.roles) > 1) as seen:
        statement = _of_newest(asked.field, _form(asked.field, scope))
        rows = await seen.fetch(statement, values, seconds=SECONDS_FOR_NEWEST)
    return [Suggestion(**row) for row in rows]


def _form(field: SuggestedField, scope: SiteScope) -> Form:
    return Form(Leaf(field, "starts_with"), NEWEST_FIRST, sites_form(len(scope.roles)))


@cache
def _of_all(field: SuggestedField, form: Form, *, has_many_sites: bool) -> Statement:
    """The values of all rows that the index of words knows of."""
    view = view_of(has_many_sites=has_many_sites)
    begins = view.c.document.like(bindparam("pattern", type_=String()))
    # The offset keeps this a step of its own. The planner would see that view and table are the
    # same and read that once, by the rules of the table, under which the index is of no use.
    columns = (view.c.site_id, view.c.start_datetime.label("key0"), view.c.id)
    found = select(*columns).where(begins).offset(literal_column("0"))
    return compile_statement(_most_used(_rows(field, form, found.subquery("place"))))


@cache
def _of_newest(field: SuggestedField, form: Form) -> Statement:
    """The values of the first rows of the list."""
    every = replace(form, where=Every())
    first = in_order(every, limit=literal(NEWEST, BigInteger()))
    return compile_statement(_most_used(_rows(field, form, first.subquery("place"))))


def _rows(field: SuggestedField, form: Form, place: Subquery) -> Select[Any]:
    """Of the rows at some places those that begin as they have to."""
    column: ColumnElement[Any] = getattr(Interaction, field)
    columns = (column.label("written"), column_of(field).label("folded"))
    # Named by all that any of its indexes begins with, a row is found at once by each of them:
    # before a table has been analysed, the planner may take the one that suits the id least.
    starts_then = Interaction.start_datetime == place.c.key0
    row = looked_up(place, columns, starts_then, *met(form), column.is_not(None))
    return select(*row.c).select_from(place).join(row, true())


def _most_used(rows: Select[Any]) -> Select[Any]:
    """The values of some rows; those that differ in case and accents alone are one."""
    found = rows.subquery("found")
    count = func.count().label("count")
    value = func.mode().within_group(found.c.written).label("value")
    return (
        select(value, count)
        .group_by(found.c.folded)
        .order_by(count.desc(), found.c.folded)
        .limit(MOST)
    )
