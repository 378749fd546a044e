"""Pieces of a text around the places where words were found, as a search shows them."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, Field

LENGTH = 160
BEFORE = 40
"""So many characters of it come before the first place, to be read as what leads there."""

MOST = 3

Json: TypeAlias = dict[str, object]

Place: TypeAlias = tuple[int, int]
"""Where something begins and where it ends, in Unicode code points."""


class Fragment(BaseModel):
    """A piece of a field exactly as it is stored: text, never HTML."""

    text: str
    offset: int = Field(description="Where it begins in the field, in Unicode code points.")
    matches: list[tuple[int, int]] = Field(
        description="Where the words begin and end in `text`, in Unicode code points."
    )


Highlights: TypeAlias = Annotated[
    dict[Literal["title", "lead", "location", "description", "notes"], list[Fragment]],
    Field(description="Where the words were found: up to three pieces of each field."),
]


def whole(text: str, places: Iterable[Place]) -> list[Json]:
    """A short text with all places where something was found; nothing if there are none."""
    found = list(places)
    return [_fragment(text, 0, len(text), found)] if found else []


def pieces(text: str, places: Iterable[Place]) -> list[Json]:
    """The pieces around the first places, which come in order and are read as far as needed."""
    groups = list(islice(_groups(places), MOST + 1))
    limits = [group[0][0] for group in groups[1:]] + [len(text)]
    found, done = list[Json](), 0
    for group, limit in zip(groups[:MOST], limits, strict=False):
        first, last = group[0][0], max(end for _, end in group)
        begin = _at_a_word(text, max(done, first - BEFORE), first)
        done = _behind_a_word(text, last, min(limit, max(last, begin + LENGTH)))
        found.append(_fragment(text, begin, done, group))
    return found


def _groups(places: Iterable[Place]) -> Iterator[list[Place]]:
    """The places that fit into one piece together, from left to right."""
    group: list[Place] = []
    for place in places:
        if group and place[1] > group[0][0] + LENGTH - BEFORE:
            if place[0] < max(end for _, end in group):
                continue  # it lies over the edge of a piece, over what is shown there anyway
            yield group
            group = []
        group.append(place)
    if group:
        yield group


def _at_a_word(text: str, begin: int, first: int) -> int:
    """Where a piece begins: with a whole word, if there is one before the first place."""
    if begin == 0 or text[begin - 1].isspace():
        return begin
    return next((at + 1 for at in range(begin, first) if text[at].isspace()), begin)


def _behind_a_word(text: str, last: int, end: int) -> int:
    """Where a piece ends: with a whole word, if there is one behind the last place."""
    if end == len(text) or text[end].isspace():
        return end
    return next((at for at in range(end - 1, last - 1, -1) if text[at].isspace()), end)


def _fragment(text: str, begin: int, end: int, places: list[Place]) -> Json:
    matches = [[start - begin, stop - begin] for start, stop in _merged(places)]
    return {"text": text[begin:end], "offset": begin, "matches": matches}


def _merged(places: list[Place]) -> list[Place]:
    """The same places, those that overlap made one."""
    merged: list[Place] = []
    for start, end in places:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
