"""The words, phrases and exclusions of `q`."""

import re
from dataclasses import dataclass

MAX_WORDS = 8

_WORD = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')


@dataclass(frozen=True, slots=True)
class Word:
    """A word or phrase that has to be contained, or must not be."""

    text: str
    is_excluded: bool

    def __str__(self) -> str:
        """As it is written in a query."""
        quoted = f'"{self.text}"' if " " in self.text else self.text
        return f"-{quoted}" if self.is_excluded else quoted


def parse_words(q: str) -> list[Word]:
    """The words and phrases of a query.

    Raises:
        ValueError: There are more than eight.
    """
    words = [
        Word(" ".join((phrase or word).split()), is_excluded=minus == "-")
        for minus, phrase, word in _WORD.findall(q)
    ]
    words = [word for word in words if word.text]
    if len(words) > MAX_WORDS:
        raise ValueError(f"There are more than {MAX_WORDS} words")
    return words
