"""What is shown while it is measured, and the verdicts in the end."""

from bench.cases.case import Contender
from bench.report.numbers import short
from bench.report.targets import Target
from bench.run.results import CaseResult

WIDTH = 34
HEADING = f"{'':{WIDTH}}  requests/s                    p95 ms   us of CPU, app + database"


def line_of(found: CaseResult) -> str:
    """One case in a line or two."""
    lines = []
    for contender, cell in found.cells.items():
        name = found.name if contender is Contender.OURS else ""
        numbers = f"{short(cell.middle('per_second')):>10} {contender.value:<12}"
        cpu = f"{short(cell.middle('app_cpu')):>8} + {short(cell.middle('database_cpu'))}"
        lines.append(f"{name:{WIDTH}}{numbers}{short(cell.middle('p95')):>12}   {cpu}")
    return "\n".join(lines)


def verdict_lines(found: list[Target]) -> list[str]:
    """What was aimed at and reached, a line each."""
    return [f"{one.verdict:8} {one.text}: {one.measured} ({one.wanted})" for one in found] or [
        "Nothing has been measured yet"
    ]
