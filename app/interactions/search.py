"""From filters to the conditions of a statement, for whoever selects interactions itself."""

from sqlalchemy import ColumnElement

from app.interactions.filters import InteractionFilters
from app.interactions.finding.expressions import expression
from app.interactions.finding.from_filters import tree_of
from app.models import Interaction


def conditions(filters: InteractionFilters) -> list[ColumnElement[bool]]:
    """All that has to hold of a row.

    Raises:
        BadRequest: A period ends before it starts.
    """
    return [Interaction.deleted_at.is_(None), expression(tree_of(filters))]
