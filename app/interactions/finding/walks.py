"""Along the order to the rows that have some words: at once for common words."""

from functools import lru_cache

from sqlalchemy import BigInteger, BindParameter, bindparam, func, select, true

from app.core.statement import Statement, compile_statement
from app.interactions.finding.columns import SHOWN, keys_of
from app.interactions.finding.expressions import expression
from app.interactions.finding.forms import Form
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
        rest: The same with the conditions that are not about words.
    """
    first = in_order(rest, limit=STEPS).subquery("first")
    order = order_by_keys(first.c, form.order)
    walk = select(*first.c, func.row_number().over(order_by=order).label("walked")).subquery("walk")
    row = looked_up(walk, SHOWN, expression(form.where, Numbered(form.prefix)))
    found = (
        select(*row.c, *keys_of(walk.c), walk.c.walked)
        .select_from(walk)
        .join(row, true())
        .order_by(*order_by_keys(walk.c, form.order))
    )
    return compile_statement(found.limit(LIMIT).offset(OFFSET))
