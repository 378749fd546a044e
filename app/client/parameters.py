"""The parameters that many operations take, and how they are written into an address."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Literal, TypeAlias, TypedDict

from app.core.vocabulary import InteractionType
from app.interactions.finding.counting import Counting
from app.interactions.finding.names import Facet, Related

Moment: TypeAlias = datetime | date | str
"""A moment; a date alone is a day in `tz`. A text is sent as it is."""

Include: TypeAlias = Sequence[Related] | Related | None
SiteIds: TypeAlias = int | Sequence[int] | None
Types: TypeAlias = InteractionType | str | Sequence[InteractionType | str]

_JOINED = frozenset({"include", "facets", "by", "sort"})
"""What takes several values separated by commas; others are repeated."""


class Filters(TypedDict, total=False):
    """The conditions of a list, all of which have to hold.

    `q` are words, all of which the texts contain; `title` to `notes` are contained, ignoring case
    and accents; `timezone` and `external_id` are exact.
    """

    q: str | None
    type: Types | None
    title: str | None
    lead: str | None
    location: str | None
    description: str | None
    notes: str | None
    timezone: str | None
    external_id: str | None
    created_by: int | None
    start_date: Moment | None
    end_date: Moment | None
    overlaps_from: Moment | None
    overlaps_to: Moment | None
    updated_since: Moment | None
    tz: str
    sort: Sequence[str] | str


class PageOf(TypedDict, total=False):
    """Which page of a collection."""

    page: int
    page_size: int


class CursorPageOf(PageOf, total=False):
    """Which page of a collection that a cursor leads through."""

    cursor: str | None


class Shown(CursorPageOf, total=False):
    """Which page of interactions, and what is shown with each."""

    count: Counting | Literal["capped", "exact", "none"]
    include: Include


class SiteListing(Filters, Shown, total=False):
    """What a list of one site can be asked for; `deleted` asks for the trash."""

    deleted: bool


class Listing(SiteListing, total=False):
    """What a list can be asked for."""

    site_id: SiteIds


class Searching(Filters, Shown, total=False):
    """What a search can be asked for."""

    site_id: SiteIds

    facets: Sequence[Facet] | Facet | None
    highlight: bool


class SiteWalk(Filters, total=False):
    """What a walk through the interactions of one site can be asked for."""

    page_size: int
    include: Include
    deleted: bool


class Walk(SiteWalk, total=False):
    """What a walk through interactions can be asked for."""

    site_id: SiteIds


class SearchWalk(Filters, total=False):
    """What a walk through what a search finds can be asked for."""

    page_size: int
    include: Include
    site_id: SiteIds
    highlight: bool


def written(parameters: Mapping[str, object]) -> list[tuple[str, str]]:
    """A query: what is None is left out, `from_` stands for `from`, which Python keeps to itself.

    Raises:
        TypeError: A value is of a kind that no parameter has.
    """
    pairs = list[tuple[str, str]]()
    for name, value in parameters.items():
        values = [_text(name, one) for one in _each(value)]
        if name in _JOINED and values:
            values = [",".join(values)]
        pairs += [(name.removesuffix("_"), text) for text in values]
    return pairs


def _each(value: object) -> Iterable[object]:
    if value is None:
        return ()
    return value if isinstance(value, list | tuple | set | frozenset) else (value,)


def _text(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, str | int):
        return str(value)
    raise TypeError(f"{name} cannot be {type(value).__name__}")
