"""A question as what it is made of; `q` and the address are written from that, never read."""

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from bench.cases.case import INTERACTIONS
from bench.database.callers import Caller

MAX_LENGTH = 100
"""Of `q`."""

RUN = re.compile(r"[^\W_]{3}")
"""What a word has to have, or the service may say that it is too broad."""


@dataclass(frozen=True, slots=True)
class Part:
    """A word or phrase that has to be contained, or must not be."""

    text: str
    is_excluded: bool = False
    is_quoted: bool = False

    @property
    def written(self) -> str:
        """As it stands in `q`."""
        text = f'"{self.text}"' if self.is_quoted else self.text
        return f"-{text}" if self.is_excluded else text


@dataclass(frozen=True, slots=True)
class Question:
    """What one caller asks for.

    Attributes:
        caller: Who asks.
        parts: The words and phrases.
        types: Any of these; none: of any type.
        first: The first day, in UTC.
        last: The last day, in UTC.
        contained: What fields have to contain, by their names.
        page: Which page, from 1.
        page_size: Rows a page.
    """

    caller: Caller
    parts: tuple[Part, ...]
    types: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    contained: tuple[tuple[str, str], ...] = ()
    page: int = 1
    page_size: int = 20

    @property
    def q(self) -> str:
        """The words as they are asked."""
        return " ".join(part.written for part in self.parts)

    @property
    def target(self) -> str:
        """The address."""
        parameters: list[tuple[str, object]] = [("q", self.q)]
        parameters += [("type", kind) for kind in self.types]
        parameters += [("start_date", self.first)] if self.first else []
        parameters += [("end_date", self.last)] if self.last else []
        parameters += [*self.contained, ("page", self.page), ("page_size", self.page_size)]
        return f"{INTERACTIONS}?{urlencode(parameters)}"

    @property
    def may_be_too_broad(self) -> bool:
        """Whether nothing that has to be contained has three letters or digits in a row."""
        words = [part.text for part in self.parts if not part.is_excluded]
        return not any(RUN.search(text) for text in (*words, *dict(self.contained).values()))
