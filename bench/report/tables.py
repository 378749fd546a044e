"""The tables of the page."""

from collections.abc import Callable, Iterable, Sequence

from bench.cases.case import Contender
from bench.load.percentiles import percentile
from bench.report.numbers import short
from bench.report.targets import Target
from bench.run.results import CaseResult, Cell, Results

SHOWN = (Contender.OURS, Contender.RAW, Contender.IDIOMATIC)


def table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; the first column is text, the others are numbers."""
    ruler = ["---", *("---:" for _ in heading[1:])]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (heading, ruler, *rows))


def target_table(found: Iterable[Target]) -> str:
    """What was aimed at and reached."""
    rows = [(one.text, one.wanted, one.measured, one.verdict) for one in found]
    return table(("target", "wanted", "measured", ""), rows)


def rate_table(results: Results) -> str:
    """Requests a second, and how they compare."""
    rows = [
        (
            case.name,
            *(_cell(case, one, _rate) for one in SHOWN),
            *(_times(case.ratio(one)) for one in SHOWN[1:]),
            str(case.different),
        )
        for case in results.cases
    ]
    heading = ("requests/s", *SHOWN, "of raw", "of idiomatic", "different requests")
    return table(heading, rows)


def time_table(results: Results) -> str:
    """How long an answer takes."""
    rows = [
        (case.name, *(_cell(case, one, _three) for one in SHOWN), _calm(case), _first(case))
        for case in results.cases
    ]
    alone = "ours, one client: p50 / p95 / longest"
    heading = ("p50 / p95 / p99 in ms", *SHOWN, alone, "the same, each for the first time")
    return table(heading, rows)


def cpu_table(results: Results) -> str:
    """What a request costs the two processes."""
    shown = (*SHOWN, Contender.UNGUARDED)
    rows = [(case.name, *(_cell(case, one, _cpu) for one in shown)) for case in results.cases]
    return table(("CPU in us: app + database", *shown), rows)


def comparison_text(results: Results) -> str:
    """How far the answers agree, and what was no answer."""
    compared = sum(case.compared for case in results.cases)
    differences = [f"- {case.name}: {text}" for case in results.cases for text in case.differences]
    wrong = [
        f"- {case.name}: {cell.wrong:,} wrong or refused answers of {contender}, such as"
        f" `{cell.fault[:160].replace('`', '')}`"
        for case in results.cases
        for contender, cell in case.cells.items()
        if cell.wrong
    ]
    start = f"{compared} answers were compared with ours, {len(differences)} were not the same;"
    end = "some were wrong or refused:" if wrong else "none was wrong or refused."
    return "\n".join([f"{start} {end}", "", *differences, *wrong]).strip()


def _cell(case: CaseResult, contender: Contender, show: Callable[[Cell], str]) -> str:
    cell = case.cells.get(contender)
    return show(cell) if cell else ""


def _times(ratio: float | None) -> str:
    return "" if ratio is None else f"{short(ratio)}x"


def _rate(cell: Cell) -> str:
    return short(cell.middle("per_second"))


def _three(cell: Cell) -> str:
    return " / ".join(short(cell.middle(name)) for name in ("p50", "p95", "p99"))


def _calm(case: CaseResult) -> str:
    calm = case.cells[Contender.OURS].calm
    return " / ".join(map(short, (calm.p50, calm.p95, calm.longest))) if calm else ""


def _first(case: CaseResult) -> str:
    times = case.cells[Contender.OURS].first
    if not times:
        return ""
    return " / ".join(short(percentile(times, part)) for part in (0.5, 0.95, 1))


def _cpu(cell: Cell) -> str:
    return f"{short(cell.middle('app_cpu'))} + {short(cell.middle('database_cpu'))}"
