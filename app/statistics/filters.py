"""What statistics can be asked for besides the filters of the list."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Query
from pydantic import AfterValidator

from app.core.errors import BadRequest
from app.core.moments import first_instant, last_instant
from app.interactions.filters import InteractionFilters
from app.statistics.question import Period, Question, parse_by


def _readable_moment(text: str | None) -> str | None:
    if text is not None:
        first_instant(text, "UTC")  # whether it can be read does not depend on the zone
    return text


def _known_fields(text: str | None) -> str | None:
    parse_by(text)
    return text


MomentText = Annotated[str | None, AfterValidator(_readable_moment)]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatisticsChoice:
    """From when to when, and by what."""

    from_: Annotated[
        MomentText,
        Query(
            alias="from",
            max_length=40,
            description="What starts from here: a date (a day in `tz`) or a date and time.",
        ),
    ] = None
    to: Annotated[
        MomentText,
        Query(max_length=40, description="What starts up to here; likewise, and inclusive."),
    ] = None
    by: Annotated[
        str | None,
        AfterValidator(_known_fields),
        Query(
            max_length=40,
            description="Any of `type,month,site,lead`, separated by commas: what is counted "
            "together, and in which order the answer is. Nothing: the totals alone.",
        ),
    ] = None

    def question(self, filters: InteractionFilters) -> Question:
        """All that is asked for.

        Raises:
            BadRequest: The period ends before it starts.
        """
        return Question(filters, self._period(filters), parse_by(self.by))

    def _period(self, filters: InteractionFilters) -> Period:
        """The latest of the starts and the earliest of the ends."""
        tz = filters.tz
        starts = {
            name: first_instant(text, tz)
            for name, text in (("from", self.from_), ("start_date", filters.start_date))
            if text is not None
        }
        ends = {
            name: last_instant(text, tz)
            for name, text in (("to", self.to), ("end_date", filters.end_date))
            if text is not None
        }
        start = max(starts, key=starts.__getitem__, default=None)
        end = min(ends, key=ends.__getitem__, default=None)
        if start and end and ends[end] < starts[start]:
            raise BadRequest(
                "Some parameters are not valid", details={end: f"{end} is before {start}"}
            )
        return Period(starts[start] if start else None, ends[end] if end else None)
