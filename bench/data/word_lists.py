"""The words, names and places that the generated texts are made of."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
LANGUAGES = ("en", "de", "fr", "es", "pl", "el", "ru", "ja")
WITHOUT_SPACES = frozenset({"ja"})


class Place(NamedTuple):
    """A town, the time zone there, and the language that people write in."""

    town: str
    timezone: str
    language: str


@cache
def words_of(language: str) -> tuple[str, ...]:
    """The words of a language, the most frequent first, each once."""
    text = (HERE / "words" / f"{language}.txt").read_text(encoding="utf-8")
    return tuple(dict.fromkeys(text.split()))


@cache
def topics() -> tuple[tuple[str, ...], ...]:
    """What people talk about for a while and then no more, in the order of its coming."""
    text = (HERE / "words" / "topics.txt").read_text(encoding="utf-8")
    return tuple(tuple(line.split()) for line in text.splitlines())


@cache
def names(which: str) -> tuple[str, ...]:
    """The `first` or `last` names."""
    return tuple((HERE / f"{which}_names.txt").read_text(encoding="utf-8").split())


@cache
def places() -> tuple[Place, ...]:
    """The towns that sites are in."""
    lines = (HERE / "places.txt").read_text(encoding="utf-8").splitlines()
    rows = (line.split() for line in lines)
    return tuple(Place(town.replace("_", " "), zone, language) for town, zone, language in rows)


@cache
def rooms() -> tuple[str, ...]:
    """Where in a town."""
    return tuple((HERE / "rooms.txt").read_text(encoding="utf-8").splitlines())
