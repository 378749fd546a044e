"""Pages of a report, and how text, rules and bars get onto them. Lengths are in points."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from fpdf import FPDF

from app.reports.rendering.palette import INK, MUTED, RULE, Colour
from app.reports.rendering.pdf.fonts import Fonts

Align = Literal["L", "C", "R"]

MARGIN = 48.0
TOP = 54.0
BOTTOM = 62.0
ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Style:
    """How a text looks."""

    size: float
    colour: Colour = INK
    is_bold: bool = False


TITLE = Style(21, is_bold=True)
HEADING = Style(12, is_bold=True)
FIGURE = Style(19, is_bold=True)
BODY = Style(9)
STRONG = Style(9, is_bold=True)
SMALL = Style(7.8, MUTED)


class Sheet:
    """The pages of a report, written from the top to the bottom.

    Attributes:
        y: Where the next thing comes.
    """

    def __init__(self, title: str, made_at: datetime, texts: Iterable[str]) -> None:
        """Begin with an empty page.

        Args:
            title: The title of the document.
            made_at: When it is made.
            texts: All that will be written, so that there is a font for it.
        """
        self._pdf = FPDF(unit="pt", format="A4")
        self._pdf.set_auto_page_break(False)
        self._pdf.set_margin(0)
        self._pdf.c_margin = 0
        self._fonts = Fonts(self._pdf, [title, *texts])
        self._pdf.set_title(title)
        self._pdf.set_creation_date(made_at)
        self._pdf.set_lang("en")
        self.left = MARGIN
        self.width = self._pdf.w - 2 * MARGIN
        self.y = TOP
        self._pdf.add_page()

    @property
    def right(self) -> float:
        """The right edge of what is written."""
        return self.left + self.width

    @property
    def room(self) -> float:
        """How much height is left on the page."""
        return float(self._pdf.h) - BOTTOM - self.y

    def skip(self, height: float) -> None:
        """Leave some space."""
        self.y += height

    def require(self, height: float) -> bool:
        """Go on to a new page if there is no room for so much; tells whether it did."""
        if self.room >= height:
            return False
        self._pdf.add_page()
        self.y = TOP
        return True

    def line(
        self, text: str, style: Style, *, x: float, y: float, width: float, align: Align = "L"
    ) -> None:
        """Write text into one line, which ends in an ellipsis if there is no room for all."""
        self._use(style)
        self._pdf.set_xy(x, y)
        line = self._fonts.in_view(self._fitted(text, width))
        self._pdf.cell(width, style.size, line, align=align)

    def paragraph(
        self, text: str, style: Style, *, indent: float = 0, most: int | None = None
    ) -> None:
        """Write text at the current place, in as many lines as it takes.

        Args:
            text: What to write.
            style: How it looks.
            indent: How far from the left edge its lines begin.
            most: How many there are at the most; the last one then ends in an ellipsis.
        """
        height, width = style.size * 1.35, self.width - indent
        lines = self.wrapped(text, style, width)
        if most is not None and len(lines) > most:
            lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
        for line in lines:
            self.require(height)
            self.line(line, style, x=self.left + indent, y=self.y, width=width)
            self.y += height

    def width_of(self, text: str, style: Style) -> float:
        """How wide a text is."""
        self._use(style)
        return float(self._pdf.get_string_width(self._fonts.shown(text)))

    def wrapped(self, text: str, style: Style, width: float) -> list[str]:
        """The lines that a text takes, none of which is wider."""
        self._use(style)
        lines = self._pdf.multi_cell(
            width, style.size, self._fonts.shown(text), dry_run=True, output="LINES"
        )
        assert isinstance(lines, list)  # noqa: S101 - that is what was asked for
        return lines

    def rule(self, *, y: float, x: float | None = None, width: float | None = None) -> None:
        """Draw a thin line from left to right."""
        self._pdf.set_draw_color(*RULE)
        self._pdf.set_line_width(0.6)
        start = self.left if x is None else x
        self._pdf.line(start, y, start + (self.width if width is None else width), y)

    def box(self, colour: Colour, *, x: float, y: float, width: float, height: float) -> None:
        """Fill a rectangle."""
        self._pdf.set_fill_color(*colour)
        self._pdf.rect(x, y, width, height, style="F")

    def triangle(self, colour: Colour, *, x: float, y: float, size: float, is_up: bool) -> None:
        """Fill a triangle that points up or down."""
        self._pdf.set_fill_color(*colour)
        base, tip = (y + size, y) if is_up else (y, y + size)
        self._pdf.polygon([(x, base), (x + size, base), (x + size / 2, tip)], style="F")

    def finish(self, path: Path, foot: str) -> None:
        """Number the pages, and write the file.

        Args:
            path: The file.
            foot: What stands at the bottom of each page besides the number.
        """
        count = self._pdf.pages_count
        for number in range(1, count + 1):
            self._pdf.page = number
            self._pdf.current_font_is_set_on_page = False
            y = self._pdf.h - MARGIN + 8
            self.rule(y=y - 7)
            self.line(foot, SMALL, x=self.left, y=y, width=self.width - 80)
            page = f"Page {number} of {count}"
            self.line(page, SMALL, x=self.right - 75, y=y, width=75, align="R")
        self._pdf.output(str(path))
        self._fonts.close()

    def _use(self, style: Style) -> None:
        self._pdf.set_font(self._fonts.family, "B" if style.is_bold else "", style.size)
        self._pdf.set_text_color(*style.colour)

    def _fitted(self, text: str, width: float) -> str:
        shown = self._fonts.shown(text)
        if self._pdf.get_string_width(shown) <= width:
            return shown
        end = self._fonts.shown(ELLIPSIS)
        low, high = 0, len(shown)
        while low < high:
            middle = (low + high + 1) // 2
            if self._pdf.get_string_width(shown[:middle].rstrip() + end) <= width:
                low = middle
            else:
                high = middle - 1
        return shown[:low].rstrip() + end
