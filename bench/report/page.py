"""The page about what was measured: its tables and charts come from the results that are kept."""

from pathlib import Path

from bench.progress import say
from bench.report.chart import bar_chart
from bench.report.regions import replace_region
from bench.report.tables import (
    comparison_text,
    cpu_table,
    rate_table,
    table,
    target_table,
    time_table,
)
from bench.report.targets import Target, targets
from bench.run.results import Results, read_results

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "performance.md"
GENERATED, REGISTER = "generated", "register"


def kept_results(folder: Path, kind: str) -> list[Results]:
    """The runs on data of one kind, that with most rows first."""
    found = [read_results(path) for path in folder.glob(f"{kind}-*.json")]
    return sorted((one for one in found if one), key=lambda one: one.rows, reverse=True)


def reached(folder: Path) -> list[Target]:
    """The targets, of the largest run and the next smaller one."""
    runs = kept_results(folder, GENERATED)
    return list(targets(runs[0], runs[1] if len(runs) > 1 else None)) if runs else []


def write_page(folder: Path, page: Path) -> None:
    """Put the newest results into the page, and the charts beside it."""
    runs = kept_results(folder, GENERATED)
    if not runs:
        say("Nothing has been measured yet")
        return
    regions = {
        "targets": target_table(reached(folder)),
        "machine": table(("", ""), runs[0].machine.items()),
        "charts": _charts(runs[0], page.parent),
        "results": "\n\n".join(_sections(one) for one in runs),
    }
    if on_register := kept_results(folder, REGISTER):
        regions["register"] = _sections(on_register[0])
    text = page.read_text(encoding="utf-8")
    for name, content in regions.items():
        text = replace_region(text, name, content)
    page.write_text(text, encoding="utf-8")
    say(f"Wrote {page}")


def _sections(results: Results) -> str:
    rounds = max(len(cell.rounds) for case in results.cases for cell in case.cells.values())
    times = f"{rounds} x {results.seconds:g} s each"
    title = f"### {results.rows:,} rows, measured on {results.taken_on}, {times}"
    tables = (rate_table(results), time_table(results), cpu_table(results))
    return "\n\n".join((title, *tables, comparison_text(results)))


def _charts(results: Results, folder: Path) -> str:
    searches = [case for case in results.cases if case.kind.startswith("search")]
    others = [case for case in results.cases if case not in searches]
    links = []
    for name, what, cases in (
        ("lists", "Reading and writing", others),
        ("search", "Searching", searches),
    ):
        title = f"{what}: requests a second at {results.rows:,} rows, in powers of ten"
        chart = folder / f"performance-{name}.svg"
        chart.write_text(bar_chart(title, cases), encoding="utf-8")
        links.append(f"![{title}]({chart.name})")
    return "\n\n".join(links)
