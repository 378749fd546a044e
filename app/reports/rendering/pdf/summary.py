"""An activity summary as a PDF."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from app.reports.front import Front
from app.reports.rendering.lines import other_leads
from app.reports.rendering.pdf.bars import Bars, draw_bars, label_width
from app.reports.rendering.pdf.columns import Column, draw_columns
from app.reports.rendering.pdf.head import draw_head, head_texts
from app.reports.rendering.pdf.sheet import Sheet
from app.reports.summary.figures import Amount, Line, Month, Summary

MOST_MONTHS = 48
"""More of them are shown by year."""


def write_summary(path: Path, front: Front, summary: Summary) -> None:
    """Write the whole report into a file."""
    tables = _tables(summary)
    texts = [text for table in tables for text in table.texts]
    sheet = Sheet(front.title, front.made_at, [*head_texts(front), *texts])
    draw_head(sheet, front, summary)
    columns = _columns(summary.months)
    draw_columns(sheet, f"Interactions by {_unit(summary.months)}", columns)
    label = label_width(sheet, tables)
    for table in tables:
        draw_bars(sheet, table, label)
    sheet.finish(path, f"{front.zone}  ·  {front.made}  ·  {front.title}")


def _tables(summary: Summary) -> list[Bars]:
    total = summary.total
    unit = _unit(summary.months)
    return [
        Bars("By type", "Type", summary.types, total),
        Bars("By weekday", "Weekday of the start", summary.weekdays, total),
        Bars("By site", "Site", summary.sites, total),
        Bars("By lead", "Lead", summary.leads, total, other_leads(summary)),
        Bars(f"By {unit}", f"{unit.capitalize()} of the start", _times(summary.months), total),
    ]


def _unit(months: Sequence[Month]) -> str:
    return "month" if len(months) <= MOST_MONTHS else "year"


def _times(months: Sequence[Month]) -> list[Line]:
    if _unit(months) == "month":
        return [Line(f"{month.first_day:%B %Y}", month.amount) for month in months]
    return [Line(str(year), amount) for year, amount in _years(months).items()]


def _columns(months: Sequence[Month]) -> list[Column]:
    if _unit(months) == "month":
        return [
            Column(f"{month.first_day:%b}", str(month.first_day.year), month.amount.count)
            for month in months
        ]
    return [Column("", str(year), amount.count) for year, amount in _years(months).items()]


def _years(months: Sequence[Month]) -> dict[int, Amount]:
    years = defaultdict[int, Amount](Amount)
    for month in months:
        years[month.first_day.year] += month.amount
    return years
