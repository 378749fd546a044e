"""Text as it is compared, without case and accents, and the way back to where it is stored.

Folding changes lengths: ß becomes ss, and a combining accent nothing. White space of any kind and
length counts as one space. So a place in the folded text is another one in the stored text.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_ASCII = {code: chr(code).lower() for code in range(ord("A"), ord("Z") + 1)}
"""All that folding does to ASCII, in every database."""

_WHITE_SPACE = {code: " " for code in range(0x3001) if chr(code).isspace()}


class Folding:
    """Folds texts as the database does, once it has told how."""

    def __init__(self, folds: Mapping[str, str]) -> None:
        """Take what each character becomes that is not ASCII and does not stay as it is."""
        own = {ord(one): fold for one, fold in folds.items()}
        self._table: dict[int, str] = _ASCII | own | _WHITE_SPACE
        longer_or_none = [re.escape(one) for one, fold in folds.items() if len(fold) != 1]
        self._resized = re.compile("|".join([r"\s{2,}", *longer_or_none]))

    def fold(self, text: str) -> str:
        """A text as it is compared."""
        return self.trace(text).text

    def trace(self, stored: str) -> "Traced":
        """A text as it is compared, with the way back."""
        parts, starts, stored_starts = list[str](), [0], [0]
        length = done = 0
        for found in self._resized.finditer(stored):
            kept = stored[done : found.start()].translate(self._table)
            new = self._table[ord(found[0][0])]
            parts += (kept, new)
            starts += (length + len(kept), length + len(kept) + len(new))
            stored_starts += found.span()
            length, done = starts[-1], found.end()
        parts.append(stored[done:].translate(self._table))
        return Traced("".join(parts), len(stored), starts, stored_starts)


@dataclass(frozen=True, slots=True)
class Traced:
    """A folded text that knows where each of its characters comes from.

    Attributes:
        text: The folded text.
        stored_length: How long it is as it is stored.
        starts: Where its parts begin. Every second part is one character, or one stretch of white
            space, that may have changed its length; the others kept theirs.
        stored_starts: Where the same parts begin as they are stored.
    """

    text: str
    stored_length: int
    starts: list[int]
    stored_starts: list[int]

    def find(self, word: str) -> Iterator[tuple[int, int]]:
        """Where a folded word begins and ends in the stored text, from left to right.

        What folds to nothing behind the word, as an accent of its last letter, belongs to it.
        """
        at = self.text.find(word) if word else -1
        while at >= 0:
            end = at + len(word)
            yield self._source(at)[0], max(self._source(end - 1)[1], self._source(end)[0])
            at = self.text.find(word, end)

    def _source(self, place: int) -> tuple[int, int]:
        """What of the stored text a folded character comes from."""
        if place == len(self.text):
            return self.stored_length, self.stored_length
        part = bisect_right(self.starts, place) - 1
        start = self.stored_starts[part]
        if part % 2:
            return start, self.stored_starts[part + 1]
        start += place - self.starts[part]
        return start, start + 1
