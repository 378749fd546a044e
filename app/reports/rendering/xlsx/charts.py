"""Sheets with a table and a chart of it, which the spreadsheet itself draws."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from xlsxwriter.chart import Chart
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from app.reports.rendering.palette import ACCENT, INK, MUTED, RULE, hex_of
from app.reports.rendering.xlsx.text import cell_text
from app.reports.rendering.xlsx.workbook import FONT, Looks, set_print
from app.reports.summary.figures import Amount, Line

Direction = Literal["bar", "column"]

MOST_BARS = 40
"""Of a chart, so that each has a label that can be read."""

_HEADS = ("Interactions", "Share", "Hours", "Share of hours")
_FIRST = 1
"""The row of the first line of a table."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table and its chart.

    Attributes:
        sheet: What its sheet is called.
        heading: What its rows are.
        lines: Its rows, in order.
        total: What their shares are of.
        direction: Whether its chart has bars, the first on top, or columns, the first on the left.
        rest: A last row for all that the others do not hold; no bar is drawn for it.
    """

    sheet: str
    heading: str
    lines: Sequence[Line]
    total: Amount
    direction: Direction = "bar"
    rest: Line | None = None

    @property
    def drawn(self) -> int:
        """How many of its rows are in the chart."""
        return min(len(self.lines), MOST_BARS) if self.direction == "bar" else len(self.lines)


def add_table(workbook: Workbook, looks: Looks, table: Table) -> None:
    """Add a sheet with a table and, if there is anything to draw, its chart."""
    sheet = workbook.add_worksheet(table.sheet)
    sheet.hide_gridlines(2)
    sheet.freeze_panes(_FIRST, 0)
    longest = max((len(line.name) for line in table.lines), default=0)
    sheet.set_column(0, 0, min(max(longest + 3, 18), 48))
    sheet.set_column(1, len(_HEADS), 14)
    sheet.write_string(0, 0, table.heading, looks.heading)
    for column, head in enumerate(_HEADS, start=1):
        sheet.write_string(0, column, head, looks.heading_right)
    rows = [*table.lines, *([table.rest] if table.rest else [])]
    for row, line in enumerate(rows, start=_FIRST):
        _write_line(sheet, looks, row, line, table.total)
    sheet.autofilter(0, 0, max(len(rows), 1), len(_HEADS))
    set_print(sheet, pages=0)
    if table.drawn:
        sheet.insert_chart(0, len(_HEADS) + 2, chart_of(workbook, table), {"x_offset": 4})


def chart_of(workbook: Workbook, table: Table) -> Chart:
    """The chart of a table's interactions."""
    chart = workbook.add_chart({"type": table.direction})
    assert chart is not None  # noqa: S101 - both directions are known
    last = _FIRST + table.drawn - 1
    chart.add_series(
        {
            "name": [table.sheet, 0, 1],
            "categories": [table.sheet, _FIRST, 0, last, 0],
            "values": [table.sheet, _FIRST, 1, last, 1],
            "fill": {"color": hex_of(ACCENT)},
            "border": {"none": True},
            "gap": 45,
            "data_labels": _data_labels(table),
        }
    )
    _set_axes(chart, table)
    few = f", the first {MOST_BARS}" if table.drawn < len(table.lines) else ""
    title = f"Interactions {table.sheet[:1].lower()}{table.sheet[1:]}{few}"
    chart.set_title({"name": title, "name_font": _font(13, INK, bold=True), "overlay": False})
    chart.set_legend({"none": True})
    chart.set_chartarea({"border": {"none": True}})
    chart.set_size(_size(table))
    return chart


def _set_axes(chart: Chart, table: Table) -> None:
    names = {"num_font": _font(9), "line": {"color": hex_of(RULE)}, "major_tick_mark": "none"}
    rules = {"visible": True, "line": {"color": hex_of(RULE), "width": 0.75}}
    if table.direction == "bar":
        # It would begin at the bottom: turned round, the first bar comes on top. Each has its
        # number beside it, so the scale is not shown.
        chart.set_y_axis({**names, "reverse": True})
        chart.set_x_axis({"visible": False, "min": 0, "major_gridlines": {"visible": False}})
        return
    chart.set_x_axis(names)
    chart.set_y_axis(
        {
            "num_font": _font(9, MUTED),
            "num_format": "#,##0",
            "line": {"none": True},
            "major_gridlines": rules,
            "min": 0,
        }
    )


def _write_line(sheet: Worksheet, looks: Looks, row: int, line: Line, total: Amount) -> None:
    amount = line.amount
    sheet.write_string(row, 0, cell_text(line.name), looks.text)
    sheet.write_number(row, 1, amount.count, looks.whole)
    sheet.write_number(row, 2, _share(amount.count, total.count), looks.share)
    sheet.write_number(row, 3, amount.hours, looks.hours)
    sheet.write_number(row, 4, _share(amount.minutes, total.minutes), looks.share)


def _share(part: int, of: int) -> float:
    return part / of if of else 0


def _data_labels(table: Table) -> dict[str, Any]:
    if table.direction == "column" and table.drawn > 12:
        return {}
    return {"value": True, "num_format": "#,##0", "font": _font(9, MUTED)}


def _size(table: Table) -> dict[str, int]:
    if table.direction == "bar":
        return {"width": 620, "height": 90 + 24 * max(table.drawn, 3)}
    return {"width": 900 if table.drawn > 12 else 620, "height": 330}


def _font(size: float, colour: tuple[int, int, int] = INK, *, bold: bool = False) -> dict[str, Any]:
    return {"name": FONT, "size": size, "color": hex_of(colour), "bold": bold}
