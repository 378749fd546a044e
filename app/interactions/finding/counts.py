"""How many rows meet the conditions, counted up to a bound."""

from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, BindParameter, Select, bindparam, func, select, true

from app.core.statement import Statement, compile_statement
from app.interactions.finding.forms import Form
from app.interactions.finding.ordering import NEWEST_FIRST, order_by
from app.interactions.finding.parameters import KEPT, SITES
from app.interactions.finding.sources import met
from app.models import Interaction

MOST: BindParameter[int] = bindparam("most", type_=BigInteger())
"""How many rows are counted, at the most."""


@lru_cache(maxsize=KEPT)
def count(form: Form) -> Statement:
    """The number of rows that meet the conditions, counted site by site from the newest on."""
    site = func.unnest(SITES).table_valued("id", name="site").render_derived()
    rows = (
        select(Interaction.id)
        .where(Interaction.site_id == site.c.id, *met(form))
        .order_by(*order_by(NEWEST_FIRST))
        .limit(MOST)
        .lateral("row")
    )
    return compile_statement(capped(select(rows.c.id).select_from(site).join(rows, true())))


def capped(rows: Select[Any]) -> Select[Any]:
    """The number of rows, of which no more are looked at than are counted."""
    return select(func.count().label("total")).select_from(rows.limit(MOST).subquery("hit"))
