"""The few colours of a report, as red, green and blue."""

from typing import TypeAlias

Colour: TypeAlias = tuple[int, int, int]

INK: Colour = (31, 41, 51)
MUTED: Colour = (97, 110, 124)
RULE: Colour = (217, 222, 228)
WASH: Colour = (244, 246, 248)
ACCENT: Colour = (31, 95, 139)
ACCENT_LIGHT: Colour = (225, 234, 241)
REST: Colour = (168, 179, 189)
RISE: Colour = (33, 115, 87)
FALL: Colour = (168, 74, 42)


def hex_of(colour: Colour) -> str:
    """A colour as spreadsheets take it."""
    return "#{:02X}{:02X}{:02X}".format(*colour)
