"""Pages of the trash: of what a caller has created, and of all of it where they are site_admin.

Newest first, it comes out of the indexes of the trash, site by site. In any other order, or with
few rows that meet the conditions, all of it is looked at as long as there is time: a trash is
small, and emptied.
"""

from dataclasses import replace
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    bindparam,
    func,
    select,
    true,
    union_all,
)

from app.core.statement import Statement, compile_statement
from app.core.vocabulary import Role
from app.interactions.finding.asking import Asking
from app.interactions.finding.columns import SHOWN, sort_keys
from app.interactions.finding.counts import MOST, capped
from app.interactions.finding.expressions import expression
from app.interactions.finding.forms import Form
from app.interactions.finding.numbers import generation_of
from app.interactions.finding.ordering import behind, is_by_deletion, order_by_keys
from app.interactions.finding.pages import page_of
from app.interactions.finding.parameters import KEPT, LIMIT, OFFSET, Numbered
from app.interactions.finding.question import Count, Found
from app.models import Interaction
from app.tenancy.scope import SiteScope

ME: BindParameter[int] = bindparam("me", type_=Integer())
ALL_OF: BindParameter[Any] = bindparam("all_of", type_=ARRAY(Integer()))
OWN_OF: BindParameter[Any] = bindparam("own_of", type_=ARRAY(Integer()))

_SHOWN = (*SHOWN, Interaction.deleted_at)


async def find_page(asking: Asking) -> Found:
    """The page of a question about the trash; its total may be still to be counted.

    Raises:
        OutOfTimeError: It would take longer than there is time.
    """
    generation = await generation_of(asking.snapshot)
    values = whose(asking.snapshot.scope)
    rows = await asking.fetch(page(asking.form), values)
    found, question = asking.found(rows, generation=generation), asking.question
    if not found.has_more and not question.offset and question.place is None:
        # It is all there is, and looked for long enough when it is words.
        return asking.found(rows, generation=generation, total=len(found.rows))
    is_in_order = is_by_deletion(question.order)
    return replace(found, count=Count(number(asking.form), values, in_order=is_in_order))


def whose(scope: SiteScope) -> dict[str, object]:
    """The sites of a scope whose trash is shown as a whole, and those where only one's own is."""
    is_all = {site_id: role is Role.SITE_ADMIN for site_id, role in scope.roles.items()}
    return {
        "me": scope.user_id,
        "all_of": [site_id for site_id, found in is_all.items() if found],
        "own_of": [site_id for site_id, found in is_all.items() if not found],
    }


@lru_cache(maxsize=KEPT)
def page(form: Form) -> Statement:
    """A page of the trash."""
    keys = sort_keys(form)
    order = order_by_keys({key.key: key for key in keys}, form.order)
    rows = select(Interaction.site_id, Interaction.id, *keys).where(*_met(form))
    if form.nulls is not None:
        rows = rows.where(behind(form.order, form.nulls, Numbered("place"), columns=keys))
    first = rows.order_by(*order).limit(LIMIT + OFFSET)
    shown = page_of(_of_the_caller(first).subquery("place"), form, _SHOWN).subquery("shown")
    return compile_statement(select(*shown.c).order_by(*order_by_keys(shown.c, form.order)))


@lru_cache(maxsize=KEPT)
def number(form: Form) -> Statement:
    """How many rows of the trash meet the conditions, counted up to a bound."""
    rows = select(Interaction.site_id, Interaction.id).where(*_met(form)).limit(MOST)
    found = _of_the_caller(rows).subquery("found")
    return compile_statement(capped(select(found.c.id)))


def _met(form: Form) -> list[ColumnElement[bool]]:
    return [Interaction.deleted_at.is_not(None), expression(form.where, Numbered(form.prefix))]


def _of_the_caller(rows: Select[*tuple[Any, ...]]) -> CompoundSelect[Any]:
    """Rows of the trash that a caller may see, taken from one site after the other.

    Two lists rather than a condition with an `or`, so that each has an index.
    """
    own = rows.where(Interaction.created_by == ME)
    return union_all(_of_each_site(rows, ALL_OF), _of_each_site(own, OWN_OF))


def _of_each_site(rows: Select[*tuple[Any, ...]], sites: BindParameter[Any]) -> Select[Any]:
    site = func.unnest(sites).table_valued("id", name="site").render_derived()
    of_one = rows.where(Interaction.site_id == site.c.id).lateral("of_one")
    return select(*of_one.c).select_from(site).join(of_one, true())
