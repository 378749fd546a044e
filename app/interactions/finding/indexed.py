"""By the index of words to the rows that have some: to all of them, and fast if they are few.

Row-level security keeps this index from serving the tables' own readers, for LIKE might leak. It
is asked by way of views that hold the scope themselves and tell no more than which rows have the
words; the rows are then read from the table.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    DateTime,
    Integer,
    Select,
    String,
    TableClause,
    and_,
    column,
    literal_column,
    select,
    table,
)

from app.core.statement import Statement, compile_statement
from app.interactions.finding.columns import sort_keys
from app.interactions.finding.counts import capped
from app.interactions.finding.forms import Form
from app.interactions.finding.ordering import is_by_start
from app.interactions.finding.pages import page_of_hits
from app.interactions.finding.parameters import KEPT, Numbered, of_sites
from app.interactions.finding.sources import met
from app.models import Interaction
from app.models.base import SCHEMA

MANY = 100
"""From so many sites on, comparing the sites row by row is cheaper than asking the index."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """What the index is asked.

    Attributes:
        words: For how many words.
        is_all: Whether nothing else is asked for than that a row contains those.
        has_many_sites: Which of the two views to ask.
    """

    words: int
    is_all: bool
    has_many_sites: bool


@lru_cache(maxsize=KEPT)
def indexed_page(form: Form, lookup: Lookup) -> Statement:
    """A page of all rows that meet the conditions, with their number."""
    return compile_statement(page_of_hits(hits(form, lookup).cte("hit"), form))


@lru_cache(maxsize=KEPT)
def indexed_count(form: Form, lookup: Lookup) -> Statement:
    """How many rows meet the conditions, counted up to a bound."""
    return compile_statement(capped(hits(form, lookup)))


def hits(form: Form, lookup: Lookup) -> Select[Any]:
    """All rows that meet the conditions."""
    if lookup.is_all and is_by_start(form.order):
        found = _rows_with_words(lookup).subquery("found")
        keys = [found.c.start_datetime.label("key0"), found.c.id.label("key1")]
        return select(found.c.site_id, found.c.id, *keys)
    return with_columns(form, lookup, [Interaction.site_id, Interaction.id, *sort_keys(form)])


def with_columns(form: Form, lookup: Lookup, columns: Sequence[Any]) -> Select[Any]:
    """Some columns of all rows that meet the conditions."""
    found = _rows_with_words(lookup).subquery("found")
    is_it = and_(Interaction.site_id == found.c.site_id, Interaction.id == found.c.id)
    rows = select(*columns).select_from(found).join(Interaction, is_it)
    return rows.where(of_sites(Interaction.site_id, form.sites), *met(form))


def _rows_with_words(lookup: Lookup) -> Select[Any]:
    view = view_of(has_many_sites=lookup.has_many_sites)
    bind = Numbered("pattern")
    has_words = (view.c.document.like(bind(None, String())) for _ in range(lookup.words))
    # The offset keeps it a step of its own. PostgreSQL 18 sees that view and table are one, and
    # would read that once: behind row-level security, where the index serves nothing.
    found = select(view.c.site_id, view.c.id, view.c.start_datetime).where(*has_words)
    return found.offset(literal_column("0"))


def view_of(*, has_many_sites: bool) -> TableClause:
    """The view that is cheaper for so many sites."""
    return table(
        "documents_of_many_sites" if has_many_sites else "documents_of_few_sites",
        column("site_id", Integer()),
        column("id", BigInteger()),
        column("start_datetime", DateTime(timezone=True)),
        column("document", String()),
        schema=SCHEMA,
    )
