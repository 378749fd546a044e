"""Which stored interaction a row may well be: one that starts when it does, with a title like its.

It takes a while with many that start at one moment, so it is for a thread.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from app.imports.policy import folded, is_similar
from app.imports.reading import Record

MAX_NEAR = 50
"""How many of the interactions that start at one moment are compared by the letters of a title."""


class Candidate(NamedTuple):
    """What of a stored interaction counts."""

    id: int
    start_datetime: datetime
    title: str
    external_id: str | None


def match_similar(records: Iterable[Record], candidates: Sequence[Candidate]) -> dict[str, int]:
    """The id of the interaction that each record may be, by row number; none is taken twice."""
    moments: dict[object, _Moment] = defaultdict(_Moment)
    for one in candidates:
        moments[one.start_datetime].add(one)
    taken = {}
    for record in records:
        moment = moments.get(record.content["start_datetime"])
        if moment is not None and (found := moment.take(record)) is not None:
            taken[record.row.number] = found
    return taken


class _Moment:
    """Those that start at one moment and are not taken yet, each with its folded title."""

    def __init__(self) -> None:
        self._left: dict[int, tuple[str, Candidate]] = {}
        self._by_title: dict[str, dict[int, Candidate]] = defaultdict(dict)

    def add(self, one: Candidate) -> None:
        title = folded(one.title)
        self._left[one.id] = title, one
        self._by_title[title][one.id] = one

    def take(self, record: Record) -> int | None:
        """Take the one whose title is the most like that of a record."""
        title = folded(str(record.content["title"]))
        same = (one for one in self._by_title.get(title, {}).values() if _is_able(record, one))
        found = next(same, None) or self._near(record, title)
        if found is None:
            return None
        like, _ = self._left.pop(found.id)
        del self._by_title[like][found.id]
        return found.id

    def _near(self, record: Record, title: str) -> Candidate | None:
        able = ((like, one) for like, one in self._left.values() if _is_able(record, one))
        near = islice(able, MAX_NEAR)
        return next((one for like, one in near if is_similar(like, title)), None)


def _is_able(record: Record, one: Candidate) -> bool:
    """Who has keys of another system and they differ is another, whatever it is called."""
    return record.external_id is None or one.external_id is None
