"""Random questions: words of real rows, with filters that let some of these rows through."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from random import Random
from typing import Any

from app.core.vocabulary import InteractionType
from bench.database.callers import Caller
from bench.verify.parts import askable, draw_part, piece
from bench.verify.question import MAX_LENGTH, Part, Question
from bench.verify.texts import RowTexts

MOST_PARTS = 4
EXCLUDED, FOREIGN, FILTERED = 0.2, 0.1, 0.25
"""How likely a part is excluded, or of another row, and how likely each filter is."""

CONTAINED = ("title", "lead", "location")
DAYS_AROUND = 500
MAX_PAGE_SIZE = 100
"""Small pages are as likely as large ones, for more than one of them to have rows."""


def make_question(seed: int, number: int, texts: Mapping[Caller, Sequence[RowTexts]]) -> Question:
    """The question of this number, which is the same whatever was asked before."""
    random = Random(f"{seed}:{number}")
    caller = random.choice(list(texts))
    row = random.choice(texts[caller])
    return Question(
        caller=caller,
        parts=_parts(random, row, texts[caller]),
        page=random.choice((1, 1, 1, 1, 2, 3)),
        page_size=round(MAX_PAGE_SIZE ** random.random()),
        **_filters(random, row),
    )


def _parts(random: Random, row: RowTexts, others: Sequence[RowTexts]) -> tuple[Part, ...]:
    """What one row has and others have not, mostly: else hardly anything would be found."""
    parts: list[Part] = []
    length = 0
    for _ in range(random.randint(1, MOST_PARTS)):
        is_excluded = random.random() < EXCLUDED
        source = random.choice(others) if is_excluded or random.random() < FOREIGN else row
        part = draw_part(random, source, is_excluded=is_excluded)
        length += len(part.written) + 1
        if length <= MAX_LENGTH + 1:
            parts.append(part)
    return tuple(parts)


def _filters(random: Random, row: RowTexts) -> dict[str, Any]:
    filters: dict[str, Any] = {}
    if random.random() < FILTERED:
        others = [kind.value for kind in InteractionType if kind.value != row.type]
        filters["types"] = (row.type, *random.sample(others, random.randint(0, 1)))
    if random.random() < FILTERED:
        filters["first"] = row.day - timedelta(days=random.randint(0, DAYS_AROUND))
    if random.random() < FILTERED:
        filters["last"] = row.day + timedelta(days=random.randint(0, DAYS_AROUND))
    if random.random() < FILTERED:
        field = random.choice([field for field in CONTAINED if field in row.written])
        if text := askable(piece(random, row.written[field])):
            filters["contained"] = ((field, text),)
    return filters
