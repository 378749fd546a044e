"""Words, pieces and phrases drawn from the texts of a row."""

import re
import unicodedata
from collections.abc import Callable
from random import Random

from bench.cases.sample import TOKEN
from bench.verify.question import Part
from bench.verify.texts import RowTexts

LONGEST = 60

UNASKED = re.compile('["\x00-\x1f\x7f-\x9f]')
"""A quote would end a phrase; control characters are refused."""

AROUND_A_SIGN = re.compile(r"\S{0,4}[^\w\s]\S{0,4}")
IDEOGRAMS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]+")
SIGNS = "%_\\'-.*?"
"""Some of them stand for more than themselves in patterns."""

Draw = Callable[[Random, str], str]
"""Takes something out of a text; an empty one where there is no such thing."""


def word(random: Random, text: str) -> str:
    """Letters and digits between two other characters."""
    return _one(random, TOKEN.findall(text))


def as_it_stands(random: Random, text: str) -> str:
    """What is between two spaces, with its commas and hyphens."""
    return _one(random, text.split())


def piece(random: Random, text: str) -> str:
    """Three to eight characters from anywhere, across words too."""
    return _run(random, text, random.randint(3, 8))


def short_piece(random: Random, text: str) -> str:
    """One or two characters."""
    return _run(random, text, random.randint(1, 2))


def phrase(random: Random, text: str) -> str:
    """Two or three words that follow each other."""
    words = text.split()
    at = random.randrange(max(len(words) - 1, 1))
    return " ".join(words[at : at + random.randint(2, 3)])


def made_up(random: Random, text: str) -> str:
    """The beginning of one word with the end of another."""
    return word(random, text)[:4] + word(random, text)[-4:]


def around_a_sign(random: Random, text: str) -> str:
    """An apostrophe, a hyphen or a full stop, with what is beside it."""
    return _one(random, AROUND_A_SIGN.findall(text))


def with_a_sign(random: Random, text: str) -> str:
    """A word with a sign in the place of a character, which a pattern might take for it."""
    found = word(random, text)
    at = random.randrange(len(found) + 1)
    return found[:at] + random.choice(SIGNS) + found[at + random.randint(0, 1) :]


def ideograms(random: Random, text: str) -> str:
    """One to four characters of a script without spaces."""
    return _run(random, _one(random, IDEOGRAMS.findall(text)), random.randint(1, 4))


DRAWS: dict[Draw, int] = {
    word: 6,
    piece: 5,
    phrase: 4,
    as_it_stands: 3,
    around_a_sign: 2,
    ideograms: 2,
    with_a_sign: 1,
    short_piece: 1,
    made_up: 1,
}
"""How often each is drawn."""


def draw_part(random: Random, row: RowTexts, *, is_excluded: bool) -> Part:
    """Something of a row: as it was written, or now and then folded or in capitals."""
    text = ""
    while not text:
        (draw,) = random.choices(list(DRAWS), list(DRAWS.values()))
        style = random.random()
        source = random.choice(list((row.folded if style < 0.1 else row.written).values()))
        drawn = draw(random, source)
        text = askable(drawn.upper() if style > 0.9 else drawn)
    is_quoted = " " in text or text.startswith("-") or random.random() < 0.1
    return Part(text, is_excluded, is_quoted)


def askable(text: str) -> str:
    """A text as it can be asked for, on one line; an empty one if there is nothing to be seen."""
    line = " ".join(UNASKED.sub(" ", unicodedata.normalize("NFC", text[:LONGEST])).split())
    return line if any(map(str.isprintable, line.replace(" ", ""))) else ""


def _one(random: Random, found: list[str]) -> str:
    return random.choice(found) if found else ""


def _run(random: Random, text: str, length: int) -> str:
    at = random.randrange(max(len(text) - length + 1, 1))
    return text[at : at + length]
