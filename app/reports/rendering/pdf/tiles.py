"""The figures that count most, each on a tile, with their change from the period before."""

from dataclasses import dataclass

from app.reports.rendering import numbers
from app.reports.rendering.palette import FALL, MUTED, RISE, WASH, Colour
from app.reports.rendering.pdf.sheet import FIGURE, SMALL, Sheet, Style
from app.reports.summary.figures import Summary

_HEIGHT = 62.0
_GAP = 9.0
_INSET = 9.0


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure.

    Attributes:
        name: What it is.
        figure: How much.
        note: What is said below it.
        change: By which part it has grown; None if that is not said.
    """

    name: str
    figure: str
    note: str = ""
    change: float | None = None


def draw_tiles(sheet: Sheet, summary: Summary) -> None:
    """Draw them side by side at the current place of a sheet."""
    sheet.require(_HEIGHT + 24)
    tiles = tiles_of(summary)
    width = (sheet.width - _GAP * (len(tiles) - 1)) / len(tiles)
    for number, tile in enumerate(tiles):
        _draw_tile(sheet, tile, x=sheet.left + number * (width + _GAP), width=width)
    sheet.skip(_HEIGHT + 9)


def tiles_of(summary: Summary) -> list[Tile]:
    """What is told of a summary before all else."""
    total, trend = summary.total, summary.trend
    active = sum(1 for line in summary.sites if line.amount.count)
    of_all = f"{numbers.whole(active)} of {numbers.whole(len(summary.sites))}"
    leads = f"{numbers.whole(summary.lead_count)} lead{'' if summary.lead_count == 1 else 's'}"
    count, hours = numbers.whole(total.count), numbers.hours(total.hours)
    average = numbers.length(total.average_minutes)
    if trend is None:
        figures = [
            Tile("Interactions", count),
            Tile("Hours", hours),
            Tile("Average length", average),
        ]
    else:
        before = trend.previous
        was = numbers.length(before.average_minutes)
        figures = [
            Tile("Interactions", count, _before(numbers.whole(before.count)), trend.count_change),
            Tile("Hours", hours, _before(numbers.hours(before.hours)), trend.hours_change),
            Tile("Average length", average, _before(was)),
        ]
    return [*figures, Tile("Sites with any", of_all, leads)]


def _before(figure: str) -> str:
    return f"{figure} before"


def _draw_tile(sheet: Sheet, tile: Tile, *, x: float, width: float) -> None:
    sheet.box(WASH, x=x, y=sheet.y, width=width, height=_HEIGHT)
    x, width = x + _INSET, width - 2 * _INSET
    sheet.line(tile.name, SMALL, x=x, y=sheet.y + 8, width=width)
    sheet.line(tile.figure, FIGURE, x=x, y=sheet.y + 20, width=width)
    y = sheet.y + 46
    if tile.change is not None:
        used = _draw_change(sheet, tile.change, x=x, y=y, width=width)
        x, width = x + used, width - used
    sheet.line(tile.note, SMALL, x=x, y=y, width=width)


def _draw_change(sheet: Sheet, change: float, *, x: float, y: float, width: float) -> float:
    """Draw by how much a figure has changed; tells how wide that is."""
    text, is_same = numbers.growth(change), not round(change, 3)
    style = Style(7.8, _colour(change), is_bold=True)
    arrow = 0.0 if is_same else 8.0
    if not is_same:
        sheet.triangle(style.colour, x=x, y=y + 1.6, size=5, is_up=change > 0)
    sheet.line(text, style, x=x + arrow, y=y, width=width - arrow)
    return arrow + sheet.width_of(text, style) + 6


def _colour(change: float) -> Colour:
    if not round(change, 3):
        return MUTED
    return RISE if change > 0 else FALL
