"""Drawing words by their frequency, fast enough for a hundred million of them.

A table holds each word as often as it is frequent, so that a draw is one look-up with sixteen
random bits instead of a search in a list of sums.
"""

from array import array
from collections.abc import Sequence
from functools import cache
from random import Random

from bench.data.word_lists import WITHOUT_SPACES, topics, words_of

TABLE = 1 << 16
TAIL, TOPIC = TABLE // 24, TABLE // 30
"""How much of a table is for rare compounds, and for what is talked about at the time."""

TAIL_WORDS = 1_800
FLATTENING = 2.7
"""Added to a word's rank: the first few words of a language are about equally frequent."""

WIDTH = 0.09
"""How long a topic lasts, as a part of the whole period."""


@cache
def head_of(language: str) -> tuple[str, ...]:
    """The part of a table that never changes: the language's words, and its rare compounds."""
    words = words_of(language)
    weights = [1 / (rank + FLATTENING) for rank in range(1, len(words) + 1)]
    size, total = TABLE - TAIL - TOPIC, sum(weights)
    table = [
        word
        for word, weight in zip(words, weights, strict=True)
        for _ in range(max(1, round(size * weight / total)))
    ]
    table = table[:size] + [words[0]] * (size - len(table))
    compounds = _compounds(language)
    return (*table, *(compounds[place % len(compounds)] for place in range(TAIL)))


def _compounds(language: str) -> list[str]:
    """Words that this language would form of two of its own."""
    random = Random(f"compounds of {language}")
    long_words = [word for word in words_of(language) if len(word) > 2]
    joint = {"de": "", "ja": ""}.get(language, "-")
    return [joint.join(random.sample(long_words, 2)) for _ in range(TAIL_WORDS)]


def topic_words(moment: float) -> list[str]:
    """What is talked about at a moment (0 to 1), each word as often as its topic is warm."""
    count = len(topics())
    warmths = [max(0.0, 1 - abs(moment - place / (count - 1)) / WIDTH) for place in range(count)]
    return [
        word
        for words, warmth in zip(topics(), warmths, strict=True)
        for word in words
        for _ in range(round(10 * warmth))
    ]


def table_at(language: str, moment: float) -> Sequence[str]:
    """All words of a language at a moment, as a table of `TABLE` entries."""
    warm = topic_words(moment) or list(words_of(language))
    return [*head_of(language), *(warm[place % len(warm)] for place in range(TOPIC))]


def draw(random: Random, table: Sequence[str], count: int) -> list[str]:
    """As many words, drawn independently."""
    return [table[place] for place in array("H", random.randbytes(2 * count))]


def sentences(words: Sequence[str], language: str) -> str:
    """Words as sentences of about ten."""
    if language in WITHOUT_SPACES:
        return "。".join("".join(words[at : at + 10]) for at in range(0, len(words), 10)) + "。"
    parts = [" ".join(words[at : at + 11]) for at in range(0, len(words), 11)]
    return ". ".join(part[0].upper() + part[1:] for part in parts) + "."
