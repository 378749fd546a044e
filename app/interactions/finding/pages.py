"""Statements that answer with a page: what is shown of its rows, and the numbers of the whole."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import CTE, FromClause, Select, func, select, true

from app.core.statement import Statement, compile_statement
from app.interactions.finding.columns import SHOWN, keys_of
from app.interactions.finding.forms import Form
from app.interactions.finding.numbers import Counted, numbers
from app.interactions.finding.ordering import behind, order_by_keys
from app.interactions.finding.parameters import KEPT, LIMIT, OFFSET, Numbered
from app.interactions.finding.sources import in_order, looked_up, unordered


@lru_cache(maxsize=KEPT)
def list_page(form: Form, counted: Counted | None) -> Statement:
    """A page of a list, with the generation of the sites and, where it is kept, the total.

    There is always a row: of an empty page it has the numbers alone.
    """
    page = page_of(in_order(form, limit=LIMIT + OFFSET).subquery("place"), form)
    numbered = numbers(form.sites, counted).subquery("numbers")
    shown = page.subquery("shown")
    joined = select(*numbered.c, *shown.c).select_from(numbered).outerjoin(shown, true())
    return compile_statement(joined.order_by(*order_by_keys(shown.c, form.order)))


@lru_cache(maxsize=KEPT)
def whole_page(form: Form) -> Statement:
    """A page of rows that are all looked at, with their number."""
    return compile_statement(page_of_hits(unordered(form).cte("hit"), form))


def page_of_hits(hits: CTE, form: Form) -> Select[Any]:
    """A page of rows that have all been found, with the number of all.

    There is always a row: of an empty page it has the number alone.
    """
    total = select(func.count().label("total")).select_from(hits).subquery("number")
    ordered = select(*hits.c).order_by(*order_by_keys(hits.c, form.order)).limit(LIMIT + OFFSET)
    if form.nulls is not None:
        keys = keys_of(hits.c)
        place = behind(form.order, form.nulls, Numbered("place"), columns=keys)
        ordered = ordered.where(place)
    shown = page_of(ordered.subquery("place"), form).subquery("shown")
    joined = select(total.c.total, *shown.c).select_from(total).outerjoin(shown, true())
    return joined.order_by(*order_by_keys(shown.c, form.order))


def page_of(places: FromClause, form: Form, columns: Sequence[Any] = SHOWN) -> Select[Any]:
    """What is shown of the rows at some places, those before the page left out."""
    order = order_by_keys(places.c, form.order)
    page = select(*places.c).order_by(*order).limit(LIMIT).offset(OFFSET).subquery("page")
    row = looked_up(page, columns)
    return select(*row.c, *keys_of(page.c)).select_from(page).join(row, true())
