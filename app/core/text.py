"""How text comes in: normalised, trimmed, and otherwise as it was written."""

import re
import unicodedata
from typing import Annotated

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

# The categories Cc, but for its white space, and Cs; a test holds it against Unicode's own tables.
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_INVISIBLE = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})


def clean_line(value: object) -> object:
    """Text of one line: every run of white space becomes one space."""
    return " ".join(_checked(value).split()) if isinstance(value, str) else value


def clean_text(value: object) -> object:
    """Text of many lines, which keeps its line breaks."""
    return _checked(value).strip() if isinstance(value, str) else value


def _checked(value: str) -> str:
    """NFC, without what a database or a terminal would choke on.

    Raises:
        PydanticCustomError: There is a control character or half of a surrogate pair in it.
    """
    if found := _NO_TEXT.search(value):
        raise PydanticCustomError(
            "control_character",
            "{label} contains a character that is not text (U+{code})",
            {"code": f"{ord(found[0]):04X}"},
        )
    text = unicodedata.normalize("NFC", value)
    return text if _is_visible(text) else ""


def _is_visible(text: str) -> bool:
    """Whether there is anything to see, zero-width characters and spaces aside."""
    return any(unicodedata.category(character) not in _INVISIBLE for character in text)


def blank_as_none(value: object) -> object:
    """A blank optional text is no text."""
    return None if value == "" else value


Line = Annotated[str, BeforeValidator(clean_line)]
Text = Annotated[str, BeforeValidator(clean_text)]
