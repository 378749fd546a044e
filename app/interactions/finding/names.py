"""The names by which a page is asked for more than its rows."""

from typing import Literal, get_args

from app.core.http.suggestions import unknown_name

Related = Literal["site", "creator", "updater"]
Facet = Literal["type", "site", "lead", "month"]


def parse_include(text: str | None) -> frozenset[str]:
    """What to include with each interaction.

    Raises:
        ValueError: A name is unknown.
    """
    return frozenset(_names(text, "name", get_args(Related)))


def parse_facets(text: str | None) -> tuple[str, ...]:
    """The facets that are asked for, each once.

    Raises:
        ValueError: A name is unknown.
    """
    return tuple(dict.fromkeys(_names(text, "facet", get_args(Facet))))


def _names(text: str | None, kind: str, known: tuple[str, ...]) -> list[str]:
    names = [part.strip() for part in (text or "").split(",") if part.strip()]
    for name in names:
        if name not in known:
            raise ValueError(unknown_name(kind, name, known))
    return names
