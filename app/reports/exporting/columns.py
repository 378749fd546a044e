"""The columns of an export, in their order. Confidential notes are none of them."""

from typing import Any

from sqlalchemy import ColumnElement, DateTime, String

from app.interactions.finding.expressions import column_of
from app.models import Interaction, Site


def columns() -> list[ColumnElement[Any]]:
    """What is told of each interaction, under the names of the API."""
    return [
        Interaction.id.label("id"),
        Interaction.site_id.label("site_id"),
        Site.name.label("site"),
        Interaction.title.label("title"),
        Interaction.type.label("type"),
        Interaction.lead.label("lead"),
        Interaction.start_datetime.label("start_datetime"),
        Interaction.end_datetime.label("end_datetime"),
        Interaction.timezone.label("timezone"),
        column_of("duration_minutes").label("duration_minutes"),
        Interaction.location.label("location"),
        Interaction.description.label("description"),
        Interaction.notes.label("notes"),
        Interaction.external_id.label("external_id"),
        Interaction.version.label("version"),
        Interaction.created_by.label("created_by"),
        Interaction.created_at.label("created_at"),
        Interaction.updated_by.label("updated_by"),
        Interaction.updated_at.label("updated_at"),
    ]


NAMES = tuple(column.key or "" for column in columns())


def is_moment(column: ColumnElement[Any]) -> bool:
    """Whether a column is a point in time."""
    return isinstance(column.type, DateTime)


def is_written(column: ColumnElement[Any]) -> bool:
    """Whether a column holds what somebody wrote, and not one of a few words of ours."""
    return isinstance(column.type, String) and column.key != "type"
