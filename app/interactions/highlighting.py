"""Showing where the words of a search were found.

What PostgreSQL compares is folded text. How it folds a character is asked of it, once in the life
of the process: so what is shown agrees with what it found, in whatever version and language.
"""

import asyncio
import heapq
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from app.interactions.finding.expressions import TEXTS
from app.interactions.finding.needles import fold_all
from app.interactions.finding.tree import DOCUMENT, Leaf, Node, Not
from app.interactions.folding import Folding
from app.interactions.fragments import Json, pieces, whole
from app.tenancy.snapshot import Snapshot

MOST_KEPT = 20_000
"""So many characters are remembered; then it begins anew."""

_SHORT = frozenset({"title", "lead", "location"})
_SHOWN = frozenset({"contains", "starts_with", "eq"})

_ASCII = frozenset(map(chr, range(128)))

_SIGMA, _FINAL_SIGMA = "\N{GREEK SMALL LETTER SIGMA}", "\N{GREEK SMALL LETTER FINAL SIGMA}"
"""By some rules of language a capital becomes the second, but only at the end of a word."""

_folds: dict[str, str] = {}


def shown_words(where: Node) -> list[str]:
    """The words and texts that a row may have been found by; not those that it must not have."""
    if isinstance(where, Leaf):
        is_text = where.field in (DOCUMENT, *TEXTS) and where.op in _SHOWN
        return [str(where.value)] if is_text else []
    if isinstance(where, Not):
        return []
    return [word for part in where.parts for word in shown_words(part)]


async def highlight(
    snapshot: Snapshot, answers: Sequence[dict[str, Any]], words: Sequence[str]
) -> None:
    """Add to each answer as `highlights` where the words were found in its texts."""
    texts = [text for answer in answers for name in TEXTS if (text := answer[name])]
    folding = Folding(await _folds_of(snapshot, [*texts, *words]))
    folded = sorted({folding.fold(word) for word in words} - {""})
    for answer in answers:
        answer["highlights"] = _highlights(answer, folding, folded)
        await asyncio.sleep(0)  # texts may be long: other requests have their turn in between


def _highlights(
    answer: Mapping[str, Any], folding: Folding, words: Collection[str]
) -> dict[str, list[Json]]:
    found = {}
    for name in TEXTS:
        text = answer[name] or ""
        traced = folding.trace(text)
        places = heapq.merge(*(traced.find(word) for word in words))
        found[name] = whole(text, places) if name in _SHORT else pieces(text, places)
    return {name: fragments for name, fragments in found.items() if fragments}


async def _folds_of(snapshot: Snapshot, texts: Iterable[str]) -> dict[str, str]:
    """What the characters of some texts become that are not ASCII and do not stay as they are."""
    characters = {one for text in texts if not text.isascii() for one in set(text)}
    characters -= _ASCII
    known = {one: _folds[one] for one in characters & _folds.keys()}
    if unknown := characters - known.keys():
        asked = await fold_all(snapshot, unknown)
        known |= {one: fold.replace(_FINAL_SIGMA, _SIGMA) for one, fold in asked.items()}
        if len(_folds) + len(unknown) > MOST_KEPT:
            _folds.clear()
        _folds.update({one: known[one] for one in unknown})
    return {one: fold for one, fold in known.items() if fold != one}
