"""A table of which each row has a bar; it goes on over as many pages as it takes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.reports.rendering import numbers
from app.reports.rendering.palette import ACCENT, ACCENT_LIGHT, MUTED, REST
from app.reports.rendering.pdf.sheet import BODY, HEADING, SMALL, STRONG, Sheet, Style
from app.reports.summary.figures import Amount, Line

_ROW = 15.5
_HEAD = 44.0
_LINE = 11.5
_LEAST_LABEL, _MOST_LABEL = 84.0, 190.0
_GAP = 10.0
_COLUMNS = (("Interactions", 62.0), ("Share", 52.0), ("Hours", 64.0))
_FAINT = Style(9, MUTED)


@dataclass(frozen=True, slots=True)
class Bars:
    """A table with bars.

    Attributes:
        title: What stands above it.
        heading: What its rows are.
        lines: Its rows, in order.
        total: What their shares are of.
        rest: A last row for all that the others do not hold.
    """

    title: str
    heading: str
    lines: Sequence[Line]
    total: Amount
    rest: Line | None = None

    @property
    def texts(self) -> list[str]:
        """All that it writes."""
        rest = [self.rest.name] if self.rest else []
        return [self.title, *(line.name for line in self.lines), *rest]


def label_width(sheet: Sheet, tables: Iterable[Bars]) -> float:
    """How wide the first column is, which is the same in all tables of a report."""
    names = (line.name for bars in tables for line in bars.lines)
    widest = max((sheet.width_of(name, BODY) for name in names), default=0)
    return min(max(widest + 2, _LEAST_LABEL), _MOST_LABEL)


def draw_bars(sheet: Sheet, bars: Bars, label: float) -> None:
    """Draw a table at the current place of a sheet; its head never stands alone.

    Args:
        sheet: Where to.
        bars: What.
        label: How wide its first column is.
    """
    rows = len(bars.lines) + (bars.rest is not None)
    sheet.require(_HEAD + _ROW * min(max(rows, 1), 4))
    _draw_head(sheet, bars, bars.title)
    most = max((line.amount.count for line in bars.lines), default=0)
    for line in [*bars.lines, *([bars.rest] if bars.rest else [])]:
        row = Row(line, sheet.wrapped(line.name, BODY, label), bars.total, most, line is bars.rest)
        if sheet.require(row.height):
            _draw_head(sheet, bars, f"{bars.title}, continued")
        _draw_row(sheet, row, label)
    if not rows:
        sheet.line("Nothing", _FAINT, x=sheet.left, y=sheet.y + 3, width=sheet.width)
        sheet.skip(_ROW)
    sheet.skip(22)


def _draw_head(sheet: Sheet, bars: Bars, title: str) -> None:
    sheet.line(title, HEADING, x=sheet.left, y=sheet.y, width=sheet.width)
    y = sheet.y + 23
    sheet.line(bars.heading, SMALL, x=sheet.left, y=y, width=_MOST_LABEL)
    for (name, _), (x, width) in zip(_COLUMNS, _columns(sheet), strict=True):
        sheet.line(name, SMALL, x=x, y=y, width=width, align="R")
    sheet.rule(y=y + 12)
    sheet.skip(_HEAD - 7)


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    Attributes:
        line: What it tells.
        names: The lines of its name.
        total: What its share is of.
        most: What the longest bar stands for.
        is_rest: Whether it is all that the others do not hold.
    """

    line: Line
    names: list[str]
    total: Amount
    most: int
    is_rest: bool

    @property
    def height(self) -> float:
        """How much room it takes."""
        return _ROW + _LINE * (len(self.names) - 1)

    @property
    def part(self) -> float:
        """How long the bar is; that of the rest may be for more, and then is as long as it goes."""
        return min(self.line.amount.count / self.most, 1) if self.most else 0


def _draw_row(sheet: Sheet, row: Row, label: float) -> None:
    amount, is_faint = row.line.amount, row.is_rest or not row.line.amount.count
    style = _FAINT if is_faint else BODY
    for number, name in enumerate(row.names):
        y = sheet.y + 3 + number * _LINE
        sheet.line(name, style, x=sheet.left, y=y, width=label)
    _draw_bar(sheet, row, x=sheet.left + label + _GAP, width=_bar_width(sheet, label))
    texts = (
        numbers.whole(amount.count),
        numbers.share(amount.count, row.total.count),
        numbers.hours(amount.hours),
    )
    styles = (style if is_faint else STRONG, style, style)
    for (x, width), text, own in zip(_columns(sheet), texts, styles, strict=True):
        sheet.line(text, own, x=x, y=sheet.y + 3, width=width, align="R")
    sheet.skip(row.height)


def _draw_bar(sheet: Sheet, row: Row, *, x: float, width: float) -> None:
    y, height = sheet.y + 3.6, 8.2
    sheet.box(ACCENT_LIGHT, x=x, y=y, width=width, height=height)
    if row.part:
        colour = REST if row.is_rest else ACCENT
        sheet.box(colour, x=x, y=y, width=max(width * row.part, 0.7), height=height)


def _bar_width(sheet: Sheet, label: float) -> float:
    return sheet.width - label - _GAP - sum(width for _, width in _COLUMNS)


def _columns(sheet: Sheet) -> list[tuple[float, float]]:
    """Where the columns of numbers begin, and how wide they are."""
    x = sheet.right - sum(width for _, width in _COLUMNS)
    places = []
    for _, width in _COLUMNS:
        places.append((x, width))
        x += width
    return places
