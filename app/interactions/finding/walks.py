"""Along the order to the rows that have some words: at once for common words."""

from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Select,
    Subquery,
    bindparam,
    func,
    select,
    true,
)

from app.core.statement import Statement, compile_statement
from app.interactions.finding.columns import SHOWN, keys_of
from app.interactions.finding.expressions import expression
from app.interactions.finding.forms import Form, Sites
from app.interactions.finding.ordering import order_by_keys
from app.interactions.finding.parameters import KEPT, LIMIT, OFFSET, Numbered
from app.interactions.finding.sources import in_order, looked_up

STEPS: BindParameter[int] = bindparam("steps", type_=BigInteger())
"""How many rows are looked at, at the most."""


@lru_cache(maxsize=KEPT)
def walked_page(form: Form, rest: Form) -> Statement:
    """A page of what meets the conditions among the first rows that meet the rest of them.

    Of each row it tells as `walked` how many had to be looked at.

    Args:
        form: The form of the whole question.
        rest: The same with the conditions that an index in order knows.
    """
    found = _looked_up(form, rest) if form.sites is Sites.FEW else _read_through(form, rest)
    return compile_statement(found.limit(LIMIT).offset(OFFSET))


def _read_through(form: Form, rest: Form) -> Select[Any]:
    """Each row is read where the index has it, which is less than to look it up by its key."""
    is_met = expression(form.where, Numbered(form.prefix)).label("is_met")
    walk = _walk(in_order(rest, limit=STEPS, beside=[*SHOWN, is_met]), form)
    shown = [walk.c[column.key] for column in SHOWN]
    found = select(*shown, *keys_of(walk.c), walk.c.walked).where(walk.c.is_met)
    return found.order_by(*order_by_keys(walk.c, form.order))


def _looked_up(form: Form, rest: Form) -> Select[Any]:
    """Of few sites, most rows that come in order are not among the first of all: read no more."""
    walk = _walk(in_order(rest, limit=STEPS), form)
    row = looked_up(walk, SHOWN, expression(form.where, Numbered(form.prefix)))
    found = select(*row.c, *keys_of(walk.c), walk.c.walked).select_from(walk).join(row, true())
    return found.order_by(*order_by_keys(walk.c, form.order))


def _walk(rows: Select[Any], form: Form) -> Subquery:
    first = rows.subquery("first")
    order = order_by_keys(first.c, form.order)
    walked = func.row_number().over(order_by=order).label("walked")
    return select(*first.c, walked).subquery("walk")
