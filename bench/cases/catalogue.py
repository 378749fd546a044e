"""All cases, in the order in which they are measured."""

from collections.abc import AsyncIterator, Awaitable, Callable
from fnmatch import fnmatch

import asyncpg

from bench.cases import reads, writes
from bench.cases.case import Case
from bench.cases.facts import Facts, read_facts
from bench.database.callers import ALL_SITES, FIVE_SITES, ONE_SITE, SMALL_SITE, Caller

FindCursor = Callable[[Caller, int], Awaitable[str | None]]
"""Follows the service's own cursors so many rows deep; None where it offers none."""

GROWTH = ("get*", "list page 1,*", "search common*")
"""The cases that are compared between two sizes."""


async def all_cases(
    connection: asyncpg.Connection, find_cursor: FindCursor, patterns: tuple[str, ...]
) -> AsyncIterator[Case]:
    """The cases whose names fit one of the patterns; those that write come last."""
    facts_of_one: Facts | None = None
    for caller in (ONE_SITE, SMALL_SITE, FIVE_SITES, ALL_SITES):
        facts = await read_facts(connection, caller)
        facts_of_one = facts_of_one or facts
        for case in _reading(caller, facts):
            if is_wanted(case.name, patterns):
                yield case
        if caller in (ONE_SITE, ALL_SITES) and is_wanted(f"list cursor, {caller.name}", patterns):
            case_or_none = reads.cursor_case(caller, facts, await find_cursor(caller, facts.depth))
            if case_or_none:
                yield case_or_none
    if facts_of_one:
        for make in (writes.create_case, writes.update_case):
            case = make(ONE_SITE, facts_of_one)
            if is_wanted(case.name, patterns):
                yield case


def is_wanted(name: str, patterns: tuple[str, ...]) -> bool:
    """Whether a case is asked for."""
    return not patterns or any(fnmatch(name, pattern) for pattern in patterns)


def _reading(caller: Caller, facts: Facts) -> list[Case]:
    if caller == SMALL_SITE:  # only whether a small site is as fast as a large one
        return [case for case in reads.list_cases(caller, facts) if "page 1" in case.name][:1]
    return [
        reads.get_case(caller, facts),
        *reads.list_cases(caller, facts),
        reads.filter_case(caller, facts),
        *reads.search_cases(caller, facts),
    ]
