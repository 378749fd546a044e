"""Workbooks that compute and link nothing, and how their cells look."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from app.reports.rendering.palette import ACCENT, INK, MUTED, RULE, WASH, hex_of
from app.reports.rendering.xlsx.text import cell_text

FONT = "Calibri"


@dataclass(frozen=True, slots=True)
class Looks:
    """How cells look."""

    title: Format
    kind: Format
    heading: Format
    heading_right: Format
    name: Format
    text: Format
    paragraph: Format
    note: Format
    number: Format
    whole: Format
    hours: Format
    share: Format
    change: Format
    moment: Format


def new_workbook(path: Path, *, title: str, made_at: datetime, streamed: bool) -> Workbook:
    """A new workbook; its file is there when it has been closed.

    Args:
        path: The file.
        title: What the workbook is called.
        made_at: When it is made.
        streamed: Whether rows are written in order and kept in no memory.
    """
    workbook = xlsxwriter.Workbook(
        str(path),
        {
            "constant_memory": streamed,
            "tmpdir": str(path.parent),
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    workbook.use_zip64()  # only beyond 4 GiB is it of any consequence
    created = made_at.replace(tzinfo=None)
    workbook.set_properties({"title": cell_text(title), "created": created})
    return workbook


def looks_of(workbook: Workbook) -> Looks:
    """The formats of a workbook."""

    def look(**over: object) -> Format:
        base = {"font_name": FONT, "font_size": 11, "font_color": hex_of(INK), "valign": "top"}
        return workbook.add_format(base | over)

    heading = {
        "bold": True,
        "font_color": hex_of(MUTED),
        "bg_color": hex_of(WASH),
        "bottom": 1,
        "bottom_color": hex_of(RULE),
    }
    right = {"align": "right", "indent": 1}  # the text of the next column does not touch it
    return Looks(
        title=look(font_size=20, bold=True),
        kind=look(bold=True, font_color=hex_of(ACCENT)),
        heading=look(**heading),
        heading_right=look(**heading, **right),
        name=look(font_color=hex_of(MUTED)),
        text=look(),
        paragraph=look(text_wrap=True),
        note=look(font_color=hex_of(MUTED), italic=True),
        number=look(**right),
        whole=look(num_format="#,##0", **right),
        hours=look(num_format="#,##0.0", **right),
        share=look(num_format="0.0 %", **right),
        change=look(num_format='+0.0 %;"\N{MINUS SIGN}"0.0 %;0.0 %', **right),
        moment=look(num_format="yyyy-mm-dd hh:mm", align="left"),
    )


def set_print(sheet: Worksheet, *, pages: int) -> None:
    """Print a sheet across A4, one page wide and so many long (0: any), each with its number."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, pages)
    sheet.set_footer("&L&A&RPage &P of &N")
    sheet.set_margins(left=0.5, right=0.5)
