"""Finding a page, by whichever way is short: the plan of lists and searches.

A list comes in order out of an index. A search for words first goes along that order, where a
common word fills the page at once; only if it does not, the index of words is asked, where a rare
one has few rows. If few rows have the type and the time that are asked for, all of those are
looked at. A page is always exact; what would take too long is refused.
"""

from collections.abc import Mapping
from dataclasses import replace
from math import isqrt

from app.core.direct_pool import OutOfTimeError
from app.core.errors import QueryTooBroad
from app.core.statement import Statement
from app.interactions.finding import counts, indexed, pages, trash, walks
from app.interactions.finding.asking import CAP, Asking
from app.interactions.finding.counting import Counting
from app.interactions.finding.needles import needles
from app.interactions.finding.numbers import counted_by, generation_of
from app.interactions.finding.ordering import is_by_start
from app.interactions.finding.question import Count, Found, Question
from app.interactions.finding.rest import Rest
from app.tenancy.snapshot import Snapshot

SMALL = 5_000
"""So many rows are simply all looked at: a few milliseconds."""

FEWEST_STEPS, MOST_STEPS = 500, 5_000
"""How many rows are looked at along the order, in hope of a common word."""


async def find(snapshot: Snapshot, question: Question, *, seconds: float) -> Found:
    """The page that a question asks for.

    Args:
        snapshot: Where to look.
        question: What to look for.
        seconds: How long it may take.

    Raises:
        QueryTooBroad: It would take longer.
    """
    asking = Asking(snapshot, question, seconds=seconds)
    try:
        return await asking.counted(await find_page(asking))
    except OutOfTimeError:
        raise QueryTooBroad from None


async def find_page(asking: Asking) -> Found:
    """The page of a question that more is asked about; its total may be still to be counted.

    Raises:
        OutOfTimeError: It would take longer than there is time.
        QueryTooBroad: There are too many rows to be sorted by relevance.
    """
    if asking.question.is_trash:
        return await trash.find_page(asking)
    patterns = await needles(asking.snapshot, asking.question.where)
    if patterns:
        return await _search(asking, Rest.of(asking, patterns))
    return await _list(asking)


async def _list(asking: Asking) -> Found:
    """In order out of an index; the total is a kept one, or counted."""
    question = asking.question
    if question.is_by_relevance:
        generation = await generation_of(asking.snapshot)
        return await _ranked(asking, pages.whole_page(asking.form), generation=generation)
    kept = None if question.counting is Counting.NONE else counted_by(question.where)
    counted, values = kept if kept else (None, {})
    rows = await asking.fetch(pages.list_page(asking.form, counted), values)
    found = asking.found(rows, generation=rows[0]["generation"])
    if kept:
        return replace(found, total=rows[0]["total"], is_exact=True)
    return replace(found, count=Count(counts.count(asking.form), {}, in_order=True))


async def _search(asking: Asking, rest: Rest) -> Found:
    candidates, generation = await rest.candidates(SMALL)
    if asking.question.is_by_relevance:
        await asking.snapshot.plan(in_order=False)
        statement = indexed.indexed_page(asking.form, rest.lookup)
        return await _ranked(asking, statement, rest.values, generation=generation)
    if candidates <= SMALL:
        rows = await asking.fetch(pages.whole_page(asking.form))
        return asking.found(rows, generation=generation, total=rows[0]["total"])
    if is_by_start(asking.question.order):
        steps = min(max(isqrt(20 * candidates), FEWEST_STEPS), MOST_STEPS)
        rows = await asking.fetch(
            walks.walked_page(asking.form, rest.form), rest.values | {"steps": steps}
        )
        found = asking.found(rows, generation=generation)
        if found.has_more:
            frequency = (asking.question.offset + len(rows)) / rows[-1]["walked"]
            about = max(int(frequency * candidates), 1)
            return replace(found, count=_shorter(asking, rest, about, candidates))
    await asking.snapshot.plan(in_order=False)
    rows = await asking.fetch(indexed.indexed_page(asking.form, rest.lookup), rest.values)
    return asking.found(rows, generation=generation, total=rows[0]["total"])


async def _ranked(
    asking: Asking,
    statement: Statement,
    values: Mapping[str, object] | None = None,
    *,
    generation: int,
) -> Found:
    """By relevance, which every row that was found has to be looked at for."""
    rows = await asking.fetch(statement, values)
    total = rows[0]["total"]
    if total > CAP:
        raise QueryTooBroad(f"More than {CAP:,} match: add a word, or sort by -start_datetime")
    return asking.found(rows, generation=generation, total=total)


def _shorter(asking: Asking, rest: Rest, about: int, candidates: int) -> Count:
    """How about so many rows, out of so many, are counted sooner.

    In order, rows are read until as many were found as are counted. By the index, those alone are
    read; but first it has all found, which takes a tenth of the time that reading them does.
    """
    most = candidates if asking.question.counting is Counting.EXACT else CAP
    in_order = min(candidates, candidates * most / about)
    by_index = about / 10 + min(about, most)
    if by_index < in_order:
        statement = indexed.indexed_count(asking.form, rest.lookup)
        return Count(statement, rest.values, in_order=False)
    return Count(counts.count(asking.form), {}, in_order=True)
