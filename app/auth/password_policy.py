"""Which passwords are refused: those that a guesser tries early, whatever characters they use."""

import re
from collections.abc import Iterable
from threading import Lock

from zxcvbn import zxcvbn  # type: ignore[import-untyped]

LEAST_SCORE = 3
"""Of 0 to 4: more than 10^8 guesses, which at five in 15 minutes is for ever."""

MAX_LOOKED_AT = 40
"""Of characters: the time grows with their square, and the look of the first ones is enough."""

EASILY_GUESSED = (
    "This password is easily guessed; take a few words that have nothing to do with each other"
)

_OUR_WORDS = ("interaction", "interactions", "management", "ims")

# The library keeps what it is told about a person in a variable of its module.
_one_at_a_time = Lock()


def is_easily_guessed(password: str, about: Iterable[str]) -> bool:
    """Tell whether a password would be among the first guesses.

    Args:
        password: What somebody wants for a password.
        about: Names and addresses of theirs, which a guesser knows.
    """
    with _one_at_a_time:
        result = zxcvbn(password[:MAX_LOOKED_AT], user_inputs=[*_words(about), *_OUR_WORDS])
    return bool(result["score"] < LEAST_SCORE)


def _words(about: Iterable[str]) -> set[str]:
    """Each text as a whole, and each of its words; initials are in everybody's password."""
    return {word for text in about for word in (text, *re.split(r"[\W_]+", text)) if len(word) > 2}
