"""Which characters are text, and what becomes of white space."""

import sys
import unicodedata

import pytest
from pydantic_core import PydanticCustomError

from app.core.text import clean_line, clean_text


def is_refused(character: str) -> bool:
    try:
        clean_text(f"a{character}b")
    except PydanticCustomError:
        return True
    return False


def test_controls_and_halves_of_pairs_are_refused_and_nothing_else_is() -> None:
    everything = map(chr, range(sys.maxunicode + 1))
    controls = {
        character
        for character in map(chr, range(sys.maxunicode + 1))
        if unicodedata.category(character) in ("Cc", "Cs") and character not in "\t\n\r\v\f"
    }

    assert {character for character in everything if is_refused(character)} == controls


@pytest.mark.parametrize(
    ("written", "line", "text"),
    [
        ("  two  words \n", "two words", "two  words"),
        ("a\r\nb", "a b", "a\r\nb"),
        ("e\u0301", "\u00e9", "\u00e9"),
        ("\u200b \u00a0", "", ""),
    ],
)
def test_text_is_trimmed_and_composed(written: str, line: str, text: str) -> None:
    assert (clean_line(written), clean_text(written)) == (line, text)
