"""What a list of interactions can be asked for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import AfterValidator, BeforeValidator

from app.core.fields import UserId, ZoneName
from app.core.moments import first_instant, last_instant
from app.core.text import clean_line, clean_text
from app.interactions import fields
from app.interactions.finding.names import parse_facets, parse_include
from app.interactions.sorting import FIELDS, FIELDS_OF_TRASH, parse_sort
from app.interactions.words import parse_words


def _readable_words(q: str | None) -> str | None:
    parse_words(q or "")
    return q


def readable_moment(text: str | None) -> str | None:
    """A date, or a date and time, as it was given.

    Raises:
        ValueError: It is neither.
    """
    if text is not None:
        first_instant(text, "UTC")  # whether it can be read does not depend on the zone
    return text


def _known_sort(text: str) -> str:
    parse_sort(text)
    return text


def _known_sort_of_list(text: str) -> str:
    parse_sort(text, FIELDS_OF_TRASH)
    return text


def _known_names(text: str | None) -> str | None:
    parse_include(text)
    return text


def _known_facets(text: str | None) -> str | None:
    parse_facets(text)
    return text


_CONTAINS = Query(max_length=200, description="Contained, ignoring case and accents.")

# Cleaned as the stored text was, or what looks the same would not be found.
LineContains = Annotated[str | None, BeforeValidator(clean_line), _CONTAINS]
TextContains = Annotated[str | None, BeforeValidator(clean_text), _CONTAINS]
MomentText = Annotated[
    str | None,
    AfterValidator(readable_moment),
    Query(max_length=40, description="A date (a day in `tz`) or a date and time.", examples=[]),
]
Include = Annotated[
    str | None,
    AfterValidator(_known_names),
    Query(max_length=40, description="Any of `site,creator,updater`, separated by commas."),
]

FacetNames = Annotated[
    str | None,
    AfterValidator(_known_facets),
    Query(
        max_length=40,
        description="Any of `type,site,lead,month`, separated by commas: counts of what was found,"
        " the 100 most frequent values of each; months are those of `tz`.",
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionFilters:
    """The filters, all of which have to hold."""

    q: Annotated[
        str | None,
        BeforeValidator(clean_text),
        AfterValidator(_readable_words),
        Query(
            max_length=100,
            description="Words, all contained in title, description, notes, lead or location; "
            '`"two words"` is a phrase, `-word` excludes.',
        ),
    ] = None
    type: Annotated[
        list[fields.Type] | None, Query(max_length=20, description="Any of these; repeatable.")
    ] = None
    title: LineContains = None
    lead: LineContains = None
    location: LineContains = None
    description: TextContains = None
    notes: TextContains = None
    timezone: Annotated[ZoneName | None, Query(description="Exactly this time zone.")] = None
    external_id: Annotated[
        str | None,
        BeforeValidator(clean_line),
        Query(max_length=200, description="Exactly this."),
    ] = None
    created_by: Annotated[UserId | None, Query(description="The user who created it.")] = None
    start_date: MomentText = None
    end_date: MomentText = None
    overlaps_from: MomentText = None
    overlaps_to: MomentText = None
    updated_since: MomentText = None
    tz: Annotated[ZoneName, Query(description="The zone that dates are read in.")] = "UTC"
    sort: Annotated[
        str,
        AfterValidator(_known_sort),
        Query(
            max_length=200,
            description="Fields separated by commas, `-` for descending: " + ", ".join(FIELDS),
        ),
    ] = "-start_datetime"

    def first(self, name: str) -> datetime | None:
        """The instant from which the filter of this name holds."""
        text = getattr(self, name)
        return None if text is None else first_instant(text, self.tz)

    def last(self, name: str) -> datetime | None:
        """The instant up to which the filter of this name holds, inclusive."""
        text = getattr(self, name)
        return None if text is None else last_instant(text, self.tz)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFilters(InteractionFilters):
    """The filters of a list, which can be that of the trash."""

    deleted: Annotated[
        bool,
        Query(
            description="What is in the trash instead: what the caller has created, and all of it "
            "where they are site_admin."
        ),
    ] = False
    sort: Annotated[
        str,
        AfterValidator(_known_sort_of_list),
        Query(
            max_length=200,
            description="Fields separated by commas, `-` for descending: "
            + ", ".join(FIELDS)
            + "; with `deleted=true` also deleted_at, which then is the default, newest first.",
        ),
    ] = "-start_datetime"
