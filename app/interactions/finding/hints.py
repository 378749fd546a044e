"""What to ask instead, when nothing was found."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any

from sqlalchemy import String, bindparam, func, select

from app.core.direct_pool import OutOfTimeError
from app.core.statement import Statement, compile_statement
from app.interactions.finding.asking import Asking
from app.interactions.finding.counting import Counting
from app.interactions.finding.find import find_page
from app.interactions.finding.indexed import MANY, view_of
from app.interactions.finding.needles import fold_all, is_needle
from app.interactions.finding.ordering import NEWEST_FIRST
from app.interactions.finding.question import Question
from app.interactions.finding.tree import Every, Node
from app.interactions.words import Word, parse_words
from app.tenancy.snapshot import Snapshot

Hints = dict[str, Any]
Named = tuple[str, Node]

SECONDS = 0.3
MOST_CONDITIONS = 8
"""Of so many conditions it is tried what dropping one of them would find."""

_SAMPLE = 50
"""So many rows with a similar word are looked at for it."""

_LEAST_SIMILAR = 0.6
_LEAST_TRIGRAMS = compile_statement(
    select(func.set_config("pg_trgm.word_similarity_threshold", "0.3", True))
)
"""Two letters in the wrong order leave a third of a word's trigrams as they were."""


async def hints_for(snapshot: Snapshot, q: str | None, conditions: Sequence[Named]) -> Hints:
    """Words that were probably meant, and conditions without which something would be found.

    They are looked for as long as there is time, the conditions first.

    Args:
        snapshot: Where nothing was found.
        q: The words.
        conditions: All that had to hold, each part with its name.
    """
    hints: Hints = {}
    try:
        if len(conditions) > 1:
            hints["drop"] = await _droppable(snapshot, conditions[:MOST_CONDITIONS])
        if (meant := await _meant(snapshot, q or "")) is not None:
            hints["did_you_mean"] = meant
    except OutOfTimeError:
        pass
    return {name: hint for name, hint in hints.items() if hint}


async def _droppable(snapshot: Snapshot, conditions: Sequence[Named]) -> list[str]:
    found = []
    for name, _ in conditions:
        others = tuple(node for other, node in conditions if other != name)
        question = Question(Every(others), NEWEST_FIRST, 1, counting=Counting.NONE)
        page = await find_page(Asking(snapshot, question, seconds=SECONDS))
        if page.rows:
            found.append(name)
    return found


async def _meant(snapshot: Snapshot, q: str) -> str | None:
    """The query with each word replaced that no row of the scope has; None if there is none."""
    words = parse_words(q)
    folded = await fold_all(snapshot, {word.text for word in words})
    known = {word: await _nearest(snapshot, folded[word.text]) for word in words}
    replaced = [
        word if word.is_excluded or known[word] is None else Word(str(known[word]), False)
        for word in words
    ]
    return None if replaced == words else " ".join(map(str, replaced))


async def _nearest(snapshot: Snapshot, word: str) -> str | None:
    """The most similar word of the scope, unless it has this very one or none like it."""
    if not is_needle(word) or " " in word:
        return None
    statement = _similar(has_many_sites=len(snapshot.scope.roles) >= MANY)
    await snapshot.plan(in_order=False)
    await snapshot.fetch(_LEAST_TRIGRAMS)
    rows = await snapshot.fetch(statement, {"word": word}, seconds=SECONDS)
    candidates = {part for row in rows for part in _words_of(row["document"])}
    matcher = SequenceMatcher(b=word)
    best, nearest = _LEAST_SIMILAR, None
    for candidate in sorted(candidates):
        matcher.set_seq1(candidate)
        if (similarity := matcher.ratio()) > best:
            best, nearest = similarity, candidate
    return None if nearest == word else nearest


def _words_of(document: str) -> set[str]:
    return set("".join(c if c.isalnum() else " " for c in document).split())


def _similar(*, has_many_sites: bool) -> Statement:
    view = view_of(has_many_sites=has_many_sites)
    word = bindparam("word", type_=String())
    is_similar = view.c.document.op("OPERATOR(public.%>)")(word)
    return compile_statement(select(view.c.document).where(is_similar).limit(_SAMPLE))
