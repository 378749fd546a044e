"""Plans out of PostgreSQL's log, where auto_explain writes them."""

import re
from typing import NamedTuple

ENTRY = re.compile(r"duration: ([\d.]+) ms  plan:\n((?:\t.*\n)+)")
MANY_SITES = re.compile(r"\{(\d+,\d+,\d+,)[\d,]{16,}\}")
QUERY = "Query Text: "
LONGEST_QUERY = 600


class Plan(NamedTuple):
    """One statement as it was run."""

    milliseconds: float
    query: str
    plan: str


def plans_in(log: str) -> list[Plan]:
    """The statements of a part of the log, in their order."""
    return [_plan(float(duration), text) for duration, text in ENTRY.findall(log)]


def _plan(milliseconds: float, text: str) -> Plan:
    lines = [line.removeprefix("\t") for line in MANY_SITES.sub(r"{\1...}", text).splitlines()]
    # The statement's own further lines come before the plan, whose first line tells its cost.
    first = next(place for place, line in enumerate(lines) if "(cost=" in line)
    query = " ".join(" ".join(lines[:first]).removeprefix(QUERY).split())
    if len(query) > LONGEST_QUERY:
        query = f"{query[:LONGEST_QUERY]} ..."
    return Plan(milliseconds, query, "\n".join(lines[first:]))
