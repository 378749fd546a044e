"""A chart as SVG: bars of requests a second, on a scale of powers of ten."""

from collections.abc import Sequence
from math import ceil, floor, log10
from xml.sax.saxutils import escape

from bench.cases.case import Contender
from bench.report.numbers import short
from bench.run.results import CaseResult

SHOWN = (Contender.OURS, Contender.RAW, Contender.IDIOMATIC)
WIDTH, LABELS, VALUES = 880, 230, 60
BAR, GAP, TOP, BOTTOM = 11, 12, 58, 12

# Readable on white and on black: GitHub and others show the page in either.
STYLE = """
    text { font: 12px system-ui, sans-serif; fill: #24292f }
    .value { font-size: 10px }
    .title { font-weight: 600; font-size: 14px }
    .grid { stroke: #d0d7de; stroke-width: 1 }
    .ours { fill: #1a7f37 } .raw { fill: #6e7781 } .idiomatic { fill: #bf8700 }
    @media (prefers-color-scheme: dark) {
        text { fill: #e6edf3 } .grid { stroke: #30363d }
        .ours { fill: #3fb950 } .raw { fill: #8b949e } .idiomatic { fill: #d29922 }
    }
"""


def bar_chart(title: str, cases: Sequence[CaseResult]) -> str:
    """One group of bars a case."""
    rates = [_rate(case, one) for case in cases for one in SHOWN if one in case.cells]
    scale = _Scale([rate for rate in rates if rate > 0])
    step = len(SHOWN) * BAR + GAP
    height = TOP + step * len(cases) + BOTTOM
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">',
        f"<title>{escape(title)}</title><style>{STYLE}</style>",
        f'<text class="title" x="8" y="20">{escape(title)}</text>',
        *_legend(),
        *scale.grid(height),
    ]
    for place, case in enumerate(cases):
        parts += _group(case, TOP + place * step, scale)
    return "\n".join([*parts, "</svg>"]) + "\n"


class _Scale:
    """Where a number is on the scale."""

    def __init__(self, values: Sequence[float]) -> None:
        self._low = floor(log10(min(values, default=1)))
        self._high = max(ceil(log10(max(values, default=10))), self._low + 1)

    def place(self, value: float) -> float:
        """From the left end of the bars."""
        part = (log10(max(value, 10.0**self._low)) - self._low) / (self._high - self._low)
        return round(part * (WIDTH - LABELS - VALUES), 1)

    def grid(self, height: int) -> list[str]:
        """A line and a number for each power of ten."""
        parts = []
        for power in range(self._low, self._high + 1):
            x = LABELS + self.place(10.0**power)
            parts.append(
                f'<line class="grid" x1="{x}" x2="{x}" y1="{TOP - 6}" y2="{height - BOTTOM}"/>'
                f'<text x="{x}" y="{TOP - 10}" text-anchor="middle">{10.0**power:g}</text>'
            )
        return parts


def _legend() -> list[str]:
    return [
        f'<rect class="{one}" x="{WIDTH - 300 + 90 * place}" y="10" width="12" height="12"/>'
        f'<text x="{WIDTH - 283 + 90 * place}" y="20">{one}</text>'
        for place, one in enumerate(SHOWN)
    ]


def _group(case: CaseResult, top: int, scale: _Scale) -> list[str]:
    middle = top + BAR * len(SHOWN) / 2 + 4
    parts = [f'<text x="{LABELS - 8}" y="{middle}" text-anchor="end">{escape(case.name)}</text>']
    for place, one in enumerate(SHOWN):
        if one in case.cells:
            rate, y = _rate(case, one), top + place * BAR
            length = max(scale.place(rate), 1)
            parts.append(
                f'<rect class="{one}" x="{LABELS}" y="{y}" width="{length}" height="{BAR - 1}"/>'
                f'<text x="{LABELS + length + 4}" y="{y + 9}" class="value">{short(rate)}</text>'
            )
    return parts


def _rate(case: CaseResult, contender: Contender) -> float:
    return case.cells[contender].middle("per_second")
