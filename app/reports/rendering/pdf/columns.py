"""A chart of columns over time."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from app.reports.rendering import numbers
from app.reports.rendering.palette import ACCENT, MUTED
from app.reports.rendering.pdf.sheet import HEADING, SMALL, Sheet, Style

_HEIGHT = 118.0
_AXIS = 40.0
_LABEL = Style(7.4, MUTED)
_LABEL_GAP = 5.0
_STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        label: What stands below it, if there is room.
        era: What stands below that, where it differs from the column before.
        value: How high it is.
    """

    label: str
    era: str
    value: int


def draw_columns(sheet: Sheet, title: str, columns: Sequence[Column]) -> None:
    """Draw a chart at the current place of a sheet."""
    sheet.require(_HEIGHT + 68)
    sheet.line(title, HEADING, x=sheet.left, y=sheet.y, width=sheet.width)
    sheet.skip(26)
    top = max((column.value for column in columns), default=0)
    ticks = ticks_to(top)
    _draw_scale(sheet, ticks)
    if columns:
        _draw_all(sheet, columns, ticks[-1])
    sheet.skip(_HEIGHT + 38)


def ticks_to(top: int) -> list[int]:
    """Round numbers from 0 on, the last of which is not exceeded: three to six of them."""
    rough = max(top, 1) / 4
    power = 10 ** floor(log10(rough))
    step = max(1, ceil(next(step for step in _STEPS if step * power >= rough) * power))
    return [number * step for number in range(max(ceil(top / step), 2) + 1)]


def _draw_scale(sheet: Sheet, ticks: Sequence[int]) -> None:
    for tick in ticks:
        y = sheet.y + _HEIGHT * (1 - tick / ticks[-1])
        sheet.rule(y=y, x=sheet.left + _AXIS, width=sheet.width - _AXIS)
        text = numbers.whole(tick)
        sheet.line(text, _LABEL, x=sheet.left, y=y - 4, width=_AXIS - 7, align="R")


def _draw_all(sheet: Sheet, columns: Sequence[Column], top: int) -> None:
    pitch = (sheet.width - _AXIS) / max(len(columns), 6)
    gap = min(pitch * 0.28, 9)
    foot = sheet.y + _HEIGHT
    for number, column in enumerate(columns):
        x = sheet.left + _AXIS + number * pitch
        height = _HEIGHT * column.value / top
        if height:
            sheet.box(ACCENT, x=x + gap / 2, y=foot - height, width=pitch - gap, height=height)
    _draw_labels(sheet, _fitting(sheet, columns, pitch), pitch, _LABEL, y=foot + 5)
    eras = [column.era for column in columns]
    firsts = [era if era != before else "" for era, before in zip(eras, ["", *eras], strict=False)]
    _draw_labels(sheet, firsts, pitch, SMALL, y=foot + 15)


def _fitting(sheet: Sheet, columns: Sequence[Column], pitch: float) -> list[str]:
    """The labels as far as all of them have room: whole, their first letters, or none."""
    labels = [column.label for column in columns]
    for shorter in (labels, [label[:1] for label in labels]):
        if all(sheet.width_of(label, _LABEL) + 3 <= pitch for label in shorter):
            return shorter
    return []


def _draw_labels(
    sheet: Sheet, labels: Sequence[str], pitch: float, style: Style, *, y: float
) -> None:
    """Write those labels that have room."""
    widest = max((sheet.width_of(label, style) for label in labels), default=0)
    free = sheet.left
    for number, label in enumerate(labels):
        start = sheet.left + _AXIS + number * pitch + max(pitch - widest, 0) / 2
        if label and start >= free and start + widest <= sheet.right + 4:
            sheet.line(label, style, x=start, y=y, width=widest + 1, align="C")
            free = start + widest + (_LABEL_GAP if style is SMALL else 0)
