"""The cases that read: one row, lists, filters."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from urllib.parse import urlencode

from bench.cases.case import (
    INTERACTIONS,
    Case,
    Comparison,
    Contender,
    Request,
    is_interaction,
    is_page,
)
from bench.cases.facts import Facts
from bench.database.callers import Caller

PAGE_SIZE = 20
ALL = (Contender.OURS, Contender.RAW, Contender.IDIOMATIC)


def read(target: str) -> Request:
    """A GET."""
    return Request("GET", target)


def listed(**parameters: str | int) -> Request:
    """A GET of the list."""
    return read(f"{INTERACTIONS}?{urlencode(parameters)}")


def get_case(caller: Caller, facts: Facts) -> Case:
    """Reading one row after the other, in any order; the raw reference also without its walls."""
    requests = [read(f"{INTERACTIONS}/{row_id}") for row_id in facts.ids]
    unguarded = [read(f"/unguarded/interactions/{row_id}") for row_id in facts.ids]
    return Case(
        kind="get",
        caller=caller,
        requests=dict.fromkeys(ALL, requests) | {Contender.UNGUARDED: unguarded},
        check=is_interaction,
    )


def list_cases(caller: Caller, facts: Facts) -> Iterator[Case]:
    """The first page, and the hundredth where there are as many."""
    for page in (1, 100):
        if facts.rows >= page * PAGE_SIZE:
            requests = [listed(page=page, page_size=PAGE_SIZE)]
            yield Case(
                kind=f"list page {page}",
                caller=caller,
                requests=dict.fromkeys(ALL, requests),
                check=is_page(least=PAGE_SIZE),
            )


def cursor_case(caller: Caller, facts: Facts, cursor: str | None) -> Case | None:
    """A page far in: by the service's own cursor, by a position, and by a page number."""
    if cursor is None:
        return None
    start, row_id = facts.position
    requests = {
        Contender.OURS: [listed(cursor=cursor, page_size=PAGE_SIZE)],
        Contender.RAW: [listed(cursor=f"{start},{row_id}", page_size=PAGE_SIZE)],
        Contender.IDIOMATIC: [listed(page=facts.depth // PAGE_SIZE + 1, page_size=PAGE_SIZE)],
    }
    return Case("list cursor", caller, requests, is_page(least=PAGE_SIZE))


def filter_case(caller: Caller, facts: Facts) -> Case:
    """One type in one month."""
    requests = [
        listed(type=kind, start_date=str(first), end_date=str(_last_day(first)))
        for kind, first in facts.months
    ]
    return Case("filter type and month", caller, dict.fromkeys(ALL, requests), is_page(least=1))


def _last_day(first: date) -> date:
    return first.replace(day=monthrange(first.year, first.month)[1])


def search_cases(caller: Caller, facts: Facts) -> Iterator[Case]:
    """Words of each class."""
    comparisons = {
        "two words": Comparison.FAST,
        "phrase": Comparison.FAST,
        "short": Comparison.NONE,
    }
    for name, queries in facts.words.items():
        requests = [listed(q=query) for query in queries]
        if requests:
            yield Case(
                kind=f"search {name}",
                caller=caller,
                requests=dict.fromkeys(ALL, requests),
                check=is_page(least=1 if name == "rare" else 0),
                compared=comparisons.get(name, Comparison.ALL),
            )
