"""The columns of an answer, and the keys that it is sorted by."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute

from app.interactions.finding.forms import Form
from app.interactions.finding.ordering import keys, with_id
from app.interactions.finding.relevance import relevance
from app.interactions.sorting import RELEVANCE, SortTerm
from app.models import Interaction

SHOWN: tuple[InstrumentedAttribute[Any], ...] = (
    Interaction.id,
    Interaction.site_id,
    Interaction.title,
    Interaction.type,
    Interaction.lead,
    Interaction.start_datetime,
    Interaction.end_datetime,
    Interaction.timezone,
    Interaction.location,
    Interaction.description,
    Interaction.notes,
    Interaction.external_id,
    Interaction.legal_hold,
    Interaction.version,
    Interaction.created_by,
    Interaction.created_at,
    Interaction.updated_by,
    Interaction.updated_at,
    Interaction.sealed_notes,
)
"""What is shown of a row, the sealed notes to some."""


def sort_keys(form: Form) -> list[ColumnElement[Any]]:
    """The keys of a question's order as columns of their own."""
    found = [relevance(form)] if form.order[0].field == RELEVANCE else []
    found += keys(form.order[len(found) :])
    return [key.label(f"key{number}") for number, key in enumerate(found)]


def place_of(row: Mapping[str, Any], order: Sequence[SortTerm]) -> list[Any]:
    """Where a row stands in an order."""
    return [row[f"key{number}"] for number in range(len(with_id(order)))]


def keys_of(columns: Iterable[ColumnElement[Any]]) -> list[ColumnElement[Any]]:
    """The keys among the columns of a source."""
    return [column for column in columns if str(column.key).startswith("key")]
