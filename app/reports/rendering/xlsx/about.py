"""A sheet that says what a workbook is about."""

from collections.abc import Sequence

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from app.reports.front import Front
from app.reports.rendering.xlsx.text import cell_text
from app.reports.rendering.xlsx.workbook import Looks, looks_of, set_print

Fact = tuple[str, str]

_NAME_WIDTH, _TEXT_WIDTH = 18, 90


def write_about(workbook: Workbook, front: Front) -> None:
    """Add a sheet with the filter, the zone, the sites, and when it was made."""
    sheet, looks = workbook.add_worksheet("About"), looks_of(workbook)
    sheet.set_column(0, 0, _NAME_WIDTH)
    sheet.set_column(1, 1, _TEXT_WIDTH)
    sheet.write_string(0, 0, cell_text(front.title), looks.title)
    write_facts(sheet, looks, facts_of(front), first_row=2)
    set_print(sheet, pages=0)


def facts_of(front: Front) -> list[Fact]:
    """What is said of a report, by name."""
    names = ["Filter", *[""] * (len(front.conditions) - 1)]
    return [
        *zip(names, front.conditions, strict=True),
        ("Time zone", front.zone),
        (f"Sites ({len(front.sites):,})", ", ".join(front.sites) or "None"),
        ("Made", front.made),
    ]


def write_facts(
    sheet: Worksheet, looks: Looks, facts: Sequence[Fact], *, first_row: int, last_column: int = 1
) -> int:
    """Write names and what belongs to them; tells the row that follows.

    Args:
        sheet: Where to.
        looks: How cells look.
        facts: What.
        first_row: In which row the first one stands.
        last_column: Up to which column the texts reach.
    """
    for row, (name, text) in enumerate(facts, start=first_row):
        sheet.write_string(row, 0, cell_text(name), looks.name)
        if last_column > 1:
            sheet.merge_range(row, 1, row, last_column, "")
        sheet.write_string(row, 1, cell_text(text), looks.paragraph)
        lines = min(-(-len(text) // _TEXT_WIDTH), 12)
        if lines > 1:
            sheet.set_row(row, 15 * lines)
    return first_row + len(facts)
