"""Where rows come from: those of the scope's sites that meet the conditions.

A source tells the site, the id and the keys of the order of each row; what is shown of it is read
last, and of those that are shown alone. Every statement carries the sites of the scope itself;
row-level security does the same again.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    and_,
    func,
    literal_column,
    select,
    true,
)
from sqlalchemy.sql.selectable import LateralFromClause

from app.interactions.finding.columns import sort_keys
from app.interactions.finding.expressions import expression
from app.interactions.finding.forms import Form, Sites
from app.interactions.finding.ordering import behind, order_by, order_by_keys
from app.interactions.finding.parameters import SITES, Numbered, of_sites
from app.models import Interaction


def met(form: Form) -> list[ColumnElement[bool]]:
    """What has to hold of a row of whatever site."""
    return [Interaction.deleted_at.is_(None), expression(form.where, Numbered(form.prefix))]


def unordered(form: Form) -> Select[Any]:
    """All rows that meet the conditions."""
    return selected(form, _told(form))


def selected(form: Form, columns: Sequence[Any]) -> Select[Any]:
    """Some columns of all rows that meet the conditions."""
    return select(*columns).where(of_sites(Interaction.site_id, form.sites), *met(form))


def in_order(form: Form, *, limit: ColumnElement[int], beside: Sequence[Any] = ()) -> Select[Any]:
    """The first rows that meet the conditions, behind a place if there is one.

    Args:
        form: Of the question.
        limit: How many.
        beside: What else is told of each row, unless the sites are few.
    """
    if form.sites is Sites.FEW:
        return _merged(form, limit)
    found = selected(form, [*_told(form), *beside]).where(*_behind(form))
    return found.order_by(*order_by(form.order)).limit(limit)


def looked_up(
    places: FromClause, columns: Sequence[Any], *conditions: ColumnElement[bool]
) -> LateralFromClause:
    """The rows at places that a source told, each looked up by itself.

    The offset sees to that. The planner, which takes the two walls for independent conditions,
    believes in so few rows behind them that it would rather read and hash all there are.
    """
    is_it = and_(Interaction.site_id == places.c.site_id, Interaction.id == places.c.id)
    row = select(*columns).where(is_it, *conditions)
    return row.offset(literal_column("0")).lateral("row")


def _merged(form: Form, limit: ColumnElement[int]) -> Select[Any]:
    """The first rows of each site, and of those the first."""
    site = func.unnest(SITES).table_valued("id", name="site").render_derived()
    first = (
        select(*_told(form))
        .where(Interaction.site_id == site.c.id, *met(form), *_behind(form))
        .order_by(*order_by(form.order))
        .limit(limit)
        .lateral("first")
    )
    merged = select(*first.c).select_from(site).join(first, true())
    return merged.order_by(*order_by_keys(first.c, form.order)).limit(limit)


def _told(form: Form) -> list[Any]:
    return [Interaction.site_id, Interaction.id, *sort_keys(form)]


def _behind(form: Form) -> list[ColumnElement[bool]]:
    if form.nulls is None:
        return []
    return [behind(form.order, form.nulls, Numbered("place"))]
