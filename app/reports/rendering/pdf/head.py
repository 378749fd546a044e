"""The head of a summary: its title, what it is about, and the figures that count."""

from collections.abc import Sequence

from app.reports.front import KIND, Front
from app.reports.rendering.palette import ACCENT, MUTED
from app.reports.rendering.pdf.sheet import BODY, SMALL, TITLE, Sheet, Style
from app.reports.rendering.pdf.tiles import draw_tiles
from app.reports.summary.figures import Summary

_INDENT = 86.0
_NAME = Style(9, MUTED)


def head_texts(front: Front) -> list[str]:
    """All that it writes that is not the same in every report."""
    return [front.title, *front.sites, *front.filter]


def draw_head(sheet: Sheet, front: Front, summary: Summary) -> None:
    """Draw the head at the top of the first page."""
    sheet.box(ACCENT, x=sheet.left, y=sheet.y - 14, width=34, height=3.5)
    if front.title != KIND:
        sheet.paragraph(KIND, Style(9, ACCENT, is_bold=True))
    sheet.skip(3)
    sheet.paragraph(front.title, TITLE, most=3)
    sheet.skip(7)
    _draw_facts(sheet, front, summary)
    sheet.skip(9)
    draw_tiles(sheet, summary)
    sheet.paragraph(comparison(front, summary), SMALL)
    sheet.skip(20)


def comparison(front: Front, summary: Summary) -> str:
    """What is compared with what."""
    if summary.trend is None:
        return "No comparison with a period before: the filter does not say from when on."
    period, before = summary.trend.period, summary.trend.previous_period
    return f"Change: {front.period(period)}, compared with {front.period(before)}."


def _draw_facts(sheet: Sheet, front: Front, summary: Summary) -> None:
    if summary.trend is not None:
        _draw_fact(sheet, "Period", [front.period(summary.trend.period)])
    _draw_fact(sheet, "Filter", front.conditions)
    _draw_fact(sheet, "Time zone", [front.zone])
    # Those that have no room here stand in the table of sites.
    sites = ", ".join(front.sites) or "None"
    _draw_fact(sheet, f"Sites ({len(front.sites):,})", [sites], most=8)
    _draw_fact(sheet, "Made", [front.made])


def _draw_fact(
    sheet: Sheet, name: str, paragraphs: Sequence[str], *, most: int | None = None
) -> None:
    sheet.require(BODY.size * 2)
    sheet.line(name, _NAME, x=sheet.left, y=sheet.y, width=_INDENT - 6)
    for text in paragraphs:
        sheet.paragraph(text, BODY, indent=_INDENT, most=most)
    sheet.skip(2.5)
