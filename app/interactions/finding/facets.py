"""How many of the rows that were found there are of each type, site, lead or month."""

from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    bindparam,
    cast,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.types import Text

from app.core.cache import Kind
from app.core.statement import Statement, compile_statement
from app.interactions.finding.asking import Asking
from app.interactions.finding.forms import Form
from app.interactions.finding.indexed import Lookup, with_columns
from app.interactions.finding.needles import needles
from app.interactions.finding.parameters import KEPT
from app.interactions.finding.rest import Rest
from app.interactions.finding.sources import selected
from app.models import Interaction

Facets = dict[str, list[dict[str, Any]]]

MOST_VALUES = 100
"""Of a facet; the ones with the most rows."""

_ZONE = bindparam("zone", type_=String())
_LOCAL = func.timezone(_ZONE, Interaction.start_datetime)
_VALUES: dict[str, ColumnElement[Any]] = {
    "type": cast(Interaction.type, Text()),
    "site": cast(Interaction.site_id, Text()),
    "lead": cast(Interaction.lead, Text()),
    "month": func.to_char(_LOCAL, "YYYY-MM"),
}


async def facets_of(
    asking: Asking, names: tuple[str, ...], *, zone: str, generation: int
) -> Facets:
    """The facets of what a question finds, as they were counted at this generation.

    Raises:
        OutOfTimeError: There are too many rows to count.
    """

    async def count() -> Facets:
        return await _count(asking, names, zone)

    key = (*asking.key(generation), names, zone)
    return await asking.kept(Kind.FACETS, key, count)


async def _count(asking: Asking, names: tuple[str, ...], zone: str) -> Facets:
    await asking.snapshot.plan(in_order=False)
    patterns = await needles(asking.snapshot, asking.question.where)
    if patterns:
        rest = Rest.of(asking, patterns)
        statement, values = _facets(asking.form, names, rest.lookup), rest.values
    else:
        statement, values = _facets(asking.form, names, None), {}
    rows = await asking.fetch(statement, {**values, "zone": zone})
    facets: Facets = {name: [] for name in names}
    for row in rows:
        is_site = row["facet"] == "site"
        value = int(row["value"]) if is_site else row["value"]
        facets[row["facet"]].append({"value": value, "count": row["count"]})
    return facets


@lru_cache(maxsize=KEPT)
def _facets(form: Form, names: tuple[str, ...], lookup: Lookup | None) -> Statement:
    columns = [_VALUES[name].label(name) for name in names]
    rows = selected(form, columns) if lookup is None else with_columns(form, lookup, columns)
    matched = rows.cte("matched")
    return compile_statement(union_all(*(_one(name, matched.c[name]) for name in names)))


def _one(name: str, value: ColumnElement[Any]) -> Select[Any]:
    number = func.count().label("count")
    counted = select(literal(name, Text()).label("facet"), value.label("value"), number)
    most = counted.group_by(value).order_by(number.desc(), value).limit(MOST_VALUES)
    part = most.subquery(f"of_{name}")
    return select(part.c.facet, part.c.value, part.c["count"])
