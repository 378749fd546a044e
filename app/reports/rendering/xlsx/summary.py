"""An activity summary as a workbook, with charts that the spreadsheet draws."""

from pathlib import Path

from xlsxwriter.worksheet import Worksheet

from app.reports.front import KIND, Front
from app.reports.rendering.lines import other_leads
from app.reports.rendering.xlsx.about import facts_of, write_facts
from app.reports.rendering.xlsx.charts import Table, add_table, chart_of
from app.reports.rendering.xlsx.text import cell_text
from app.reports.rendering.xlsx.workbook import Looks, looks_of, new_workbook, set_print
from app.reports.summary.figures import Amount, Line, Summary, Trend

_LAST_COLUMN = 6


def write_summary(path: Path, front: Front, summary: Summary) -> None:
    """Write the whole report into a file."""
    workbook = new_workbook(path, title=front.title, made_at=front.made_at, streamed=False)
    looks, tables = looks_of(workbook), tables_of(summary)
    sheet = workbook.add_worksheet("Summary")
    row = _write_head(sheet, looks, front, summary)
    months = tables[0]
    if months.drawn:
        sheet.insert_chart(row + 1, 0, chart_of(workbook, months), {"x_offset": 4})
    for table in tables:
        add_table(workbook, looks, table)
    workbook.set_size(1600, 1100)
    workbook.close()


def tables_of(summary: Summary) -> list[Table]:
    """The tables in the order of their sheets."""
    total = summary.total
    months = [Line(f"{month.first_day:%Y-%m}", month.amount) for month in summary.months]
    return [
        Table("By month", "Month", months, total, "column"),
        Table("By type", "Type", summary.types, total),
        Table("By site", "Site", summary.sites, total),
        Table("By lead", "Lead", summary.leads, total, rest=other_leads(summary)),
        Table("By weekday", "Weekday", summary.weekdays, total, "column"),
    ]


def _write_head(sheet: Worksheet, looks: Looks, front: Front, summary: Summary) -> int:
    """Write what it is about and the figures that count most; tells the row that follows."""
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, _LAST_COLUMN, 15)
    if front.title != KIND:
        sheet.write_string(0, 0, KIND, looks.kind)
    sheet.write_string(1, 0, cell_text(front.title), looks.title)
    sheet.set_row(1, 28)
    facts, trend = facts_of(front), summary.trend
    if trend is not None:
        facts.insert(0, ("Period", front.period(trend.period)))
        facts.insert(1, ("Compared with", front.period(trend.previous_period)))
    row = write_facts(sheet, looks, facts, first_row=3, last_column=_LAST_COLUMN) + 1
    row = _write_figures(sheet, looks, row, summary)
    set_print(sheet, pages=1)
    return row


def _write_figures(sheet: Worksheet, looks: Looks, row: int, summary: Summary) -> int:
    """Write the figures in columns; tells the row that follows."""
    columns = amounts_of(summary)
    names = ["", *columns, *(["Change"] if summary.trend else [])]
    for column, name in enumerate(names):
        sheet.write_string(row, column, name, looks.heading_right if column else looks.heading)
    active = sum(1 for line in summary.sites if line.amount.count)
    rows = ("Interactions", "Hours", "Average in minutes", "Sites with any", "Leads")
    for below, name in enumerate(rows, start=1):
        sheet.write_string(row + below, 0, name, looks.text)
    for column, amount in enumerate(columns.values(), start=1):
        sheet.write_number(row + 1, column, amount.count, looks.whole)
        sheet.write_number(row + 2, column, amount.hours, looks.hours)
        if amount.average_minutes is not None:
            sheet.write_number(row + 3, column, amount.average_minutes, looks.hours)
    sheet.write_number(row + 4, 1, active, looks.whole)
    sheet.write_number(row + 5, 1, summary.lead_count, looks.whole)
    if summary.trend is not None:
        _write_changes(sheet, looks, summary.trend, row=row + 1, column=len(columns) + 1)
    return row + len(rows) + 1


def amounts_of(summary: Summary) -> dict[str, Amount]:
    """The columns of figures: all of it, and what is compared as far as that is something else."""
    trend = summary.trend
    if trend is None:
        return {"Total": summary.total}
    compared = {"This period": trend.amount, "Before": trend.previous}
    return compared if trend.amount == summary.total else {"Total": summary.total, **compared}


def _write_changes(sheet: Worksheet, looks: Looks, trend: Trend, *, row: int, column: int) -> None:
    for below, change in enumerate((trend.count_change, trend.hours_change)):
        if change is None:
            sheet.write_string(row + below, column, "\N{EN DASH}", looks.change)
        else:
            sheet.write_number(row + below, column, change, looks.change)
