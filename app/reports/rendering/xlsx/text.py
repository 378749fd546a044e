"""Text as the cells of a workbook hold it."""

import re

MOST_UNITS = 32_767
"""So long a cell's text can be, in units of UTF-16."""

_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"


def cell_text(text: str) -> str:
    """A text with what XML cannot hold replaced, and visibly cut off where a cell ends."""
    shown = _NO_XML.sub(_REPLACEMENT, text)
    if len(shown) * 2 <= MOST_UNITS or len(shown.encode("utf-16-le")) // 2 <= MOST_UNITS:
        return shown
    units = shown.encode("utf-16-le")[: (MOST_UNITS - 1) * 2]
    return units.decode("utf-16-le", errors="ignore") + _ELLIPSIS
