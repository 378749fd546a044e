"""Statements about the rows of an export.

As everywhere, they carry the sites of the scope themselves, and row-level security does the same
again.
"""

from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from app.core.statement import Statement, compile_statement
from app.interactions.finding.forms import Form, sites_form
from app.interactions.finding.ordering import order_by
from app.interactions.finding.parameters import KEPT, numbered, of_sites
from app.interactions.finding.sources import met
from app.interactions.finding.tree import skeleton, values
from app.models import Interaction, Site
from app.reports.exporting.columns import columns
from app.reports.making import Making


def form_of(making: Making) -> Form:
    """What the text of the statements about a report depends on."""
    return Form(skeleton(making.where), making.order, sites_form(len(making.scope.roles)))


def values_of(making: Making) -> dict[str, object]:
    """The values of those statements."""
    return numbered("value", values(making.where))


@lru_cache(maxsize=KEPT)
def counting(form: Form) -> Statement:
    """How many rows there are."""
    count = select(func.count().label("total")).select_from(Interaction)
    return compile_statement(count.where(*_conditions(form)))


@lru_cache(maxsize=KEPT)
def reading(form: Form) -> Statement:
    """The rows as they are, in order."""
    return compile_statement(selected(form, columns()))


def selected(form: Form, wanted: list[ColumnElement[Any]]) -> Select[Any]:
    """Something of all rows, in order."""
    return (
        select(*wanted)
        .join_from(Interaction, Site, Site.id == Interaction.site_id)
        .where(*_conditions(form))
        .order_by(*order_by(form.order))
    )


def _conditions(form: Form) -> list[ColumnElement[bool]]:
    return [of_sites(Interaction.site_id, form.sites), *met(form)]
