"""What is measured: requests of one kind, for each of those who answer them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

import orjson

from bench.database.callers import Caller
from bench.load.client import Answer

INTERACTIONS = "/api/v1/interactions"


class Contender(StrEnum):
    """Who answers."""

    OURS = "ours"
    RAW = "raw"
    IDIOMATIC = "idiomatic"
    UNGUARDED = "unguarded"

    @property
    def server(self) -> "Contender":
        """Whose process answers: the raw reference has two ways to read a row."""
        return Contender.RAW if self is Contender.UNGUARDED else self


class Request(NamedTuple):
    """A request, before it is somebody's."""

    method: str
    target: str
    body: bytes | None = None


class Comparison(StrEnum):
    """Which answers have to be the same."""

    ALL = "all"
    FAST = "fast"  # the idiomatic reference takes the question in another sense
    NONE = "none"  # each may choose what it leaves out, or makes a row of its own


Check = Callable[[Answer], str | None]


@dataclass(frozen=True, slots=True)
class Case:
    """One line of the tables.

    Attributes:
        kind: What is asked, such as `search common`.
        caller: In whose scope.
        requests: For each contender the requests that it is sent in turn.
        status: What the answers have to be.
        check: What their bodies have to be.
        compared: Whose answers have to agree.
        changes_rows: The database has to be put back in order afterwards.
    """

    kind: str
    caller: Caller
    requests: Mapping[Contender, Sequence[Request]]
    check: Check
    status: int = 200
    compared: Comparison = Comparison.ALL
    changes_rows: bool = False

    @property
    def name(self) -> str:
        """A name for tables and the command line."""
        return f"{self.kind}, {self.caller.name}"


def is_interaction(answer: Answer) -> str | None:
    """Say what an interaction lacks."""
    found = orjson.loads(answer.body)
    return None if {"id", "title", "duration_minutes"} <= found.keys() else "no interaction"


def is_page(*, least: int = 0) -> Check:
    """A check for a page of at least some rows and a total that fits them."""

    def check(answer: Answer) -> str | None:
        page: dict[str, Any] = orjson.loads(answer.body)
        rows, total = page["interactions"], page["total"]
        if len(rows) < least:
            return f"a page of {len(rows)} rows"
        if total is not None and total < len(rows):
            return f"{len(rows)} rows of {total}"
        return next((fault for row in rows if (fault := _fault_of(row))), None)

    return check


def _fault_of(row: dict[str, Any]) -> str | None:
    return None if {"id", "title", "duration_minutes"} <= row.keys() else "a row is incomplete"
