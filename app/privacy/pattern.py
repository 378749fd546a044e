"""How a name is found in texts: whole, whatever the case, the accents and the white space."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from app.interactions.rules import ERASED

PLACEHOLDER = ERASED
"""What stands where a name was; the function of the database that redacts history writes it too."""

MIN_NAME = 2
"""Characters: one alone stands in texts about anybody."""

_LONGEST_FOLD = 4
"""Characters: as many as one may become, such as the three of a ligature."""

_MARKS = "[\u0300-\u036f]*"
"""Accents that stand by themselves, behind their letter."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """Finds names.

    Attributes:
        sql: As an advanced regular expression of PostgreSQL.
        needles: Folded texts, one of which every folded text holds that is found.
    """

    sql: str
    needles: tuple[str, ...]
    _python: re.Pattern[str]

    def redacted(self, value: str) -> str:
        """A text with the names in it replaced."""
        return self._python.sub(PLACEHOLDER, value)


def is_a_name(text: str) -> bool:
    """Whether somebody is found by it: not what stands where names were, nor signs alone."""
    return len(text) >= MIN_NAME and text.casefold() != PLACEHOLDER and any(map(str.isalnum, text))


def pattern_of(names: Sequence[str], folds: Iterable[tuple[str, str]]) -> Pattern:
    """The pattern of folded names.

    Args:
        names: Folded, with single spaces.
        folds: Characters, each with what it becomes when it is folded.
    """
    sources: dict[str, set[str]] = {}
    for character, fold in folds:
        sources.setdefault(fold, set()).add(character)
    body = "|".join(_source(name, sources) for name in sorted(names, key=len, reverse=True))
    return Pattern(
        sql=f"(?<![[:alnum:]])(?:{body})(?![[:alnum:]])",
        needles=tuple(names),
        _python=re.compile(rf"(?<![^\W_])(?:{body})(?![^\W_])"),
    )


def _source(name: str, sources: dict[str, set[str]]) -> str:
    """The expression for one name: a piece for each of its letters, or for a few at once."""
    words = ["".join(run) for is_space, run in groupby(name, str.isspace) if not is_space]
    return r"\s+".join(_word(word, sources) for word in words)


def _word(word: str, sources: dict[str, set[str]]) -> str:
    pieces, place = [], 0
    while place < len(word):
        ends = range(min(len(word), place + _LONGEST_FOLD), place + 1, -1)
        end = next((end for end in ends if word[place:end] in sources), place + 1)
        letters = "".join(_one_of({letter, *sources.get(letter, ())}) for letter in word[place:end])
        if end - place > 1:
            letters = f"(?:{letters}|{_one_of(sources[word[place:end]])})"
        pieces.append(letters)
        place = end
    return "".join(pieces)


def _one_of(characters: set[str]) -> str:
    """Any one of some characters, with accents that stand behind it."""
    found = [_literal(one) for one in sorted(characters)]
    return (found[0] if len(found) == 1 else f"(?:{'|'.join(found)})") + _MARKS


def _literal(character: str) -> str:
    """A character that stands for itself, to PostgreSQL and to Python."""
    return character if character.isalnum() or not character.isascii() else f"\\{character}"
