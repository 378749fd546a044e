"""`python -m bench`: fill databases, measure, and write the page about it."""

import signal
import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from app.core.config import StartRefusedError, get_settings
from app.local.errors import LocalServerError
from bench.cases.catalogue import GROWTH
from bench.data.source import chunks_of, copied_chunk
from bench.database.datasets import Dataset, ensure_loaded
from bench.progress import say
from bench.report.page import PAGE, reached, write_page
from bench.report.terminal import HEADING, line_of, verdict_lines
from bench.run.measure import Effort
from bench.run.results import Results, keep_results
from bench.run.run import run as measure_all

DEFAULT_ROWS = [100_000, 1_000_000]

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, help=__doc__)

Rows = Annotated[list[int], typer.Option("--rows", min=100, help="Rows; several times: sizes.")]
OneSize = Annotated[int, typer.Option("--rows", min=100)]
Register = Annotated[
    Path | None,
    typer.Option(exists=True, dir_okay=False, help="Rows of this CSV of meetings, repeated."),
]
Seconds = Annotated[float, typer.Option(min=0.1, help="Of each round.")]
Rounds = Annotated[int, typer.Option(min=1)]
Connections = Annotated[int, typer.Option(min=1, help="Clients at once.")]
Only = Annotated[list[str], typer.Option(help='Cases by pattern, such as "search*one-site".')]


def folder() -> Path:
    """Where databases, logs and results are kept."""
    return get_settings().ims_state_dir / "bench"


@app.command()
def generate(rows: OneSize = 10_000, register: Register = None) -> None:
    """Write rows to standard output, in COPY's text format."""
    source = Dataset(rows, register).source
    for number in chunks_of(source):
        sys.stdout.buffer.write(copied_chunk(source, number))


@app.command()
def load(rows: Rows = DEFAULT_ROWS, register: Register = None) -> None:
    """Fill a database of each size, unless that is done."""
    for size in rows:
        ensure_loaded(folder(), Dataset(size, register))


@app.command()
def run(
    rows: Rows = DEFAULT_ROWS,
    register: Register = None,
    seconds: Seconds = 2.0,
    rounds: Rounds = 3,
    connections: Connections = 16,
    only: Only = [],  # noqa: B006 - typer reads it, nobody changes it
) -> None:
    """Measure; of several sizes, all but the largest at what is compared between sizes alone."""
    sets = [Dataset(size, register) for size in sorted(rows)]
    _fail_on(_measure(sets, Effort(seconds, rounds, connections), tuple(only)))


def _measure(sets: list[Dataset], effort: Effort, only: tuple[str, ...]) -> int:
    """Measure data sets, the largest last, and count the answers that were wrong."""
    wrong = 0
    for dataset in sets:
        ensure_loaded(folder(), dataset)
        patterns = only or (() if dataset is sets[-1] else GROWTH)
        say(f"\n{dataset.name}: {effort.rounds} x {effort.seconds} s for each, by turns")
        typer.echo(HEADING)
        tell = partial(_keep, results_of(dataset))
        found = measure_all(folder(), dataset, effort, only=patterns, tell=tell)
        wrong += sum(cell.wrong for case in found.cases for cell in case.cells.values())
    return wrong


def _fail_on(wrong: int) -> None:
    if wrong:
        say(f"\n{wrong:,} answers were wrong or refused, which the numbers leave out")
        raise typer.Exit(1)


def _keep(path: Path, results: Results) -> None:
    """Show the newest case, and keep all: a run is long, and may be cut off."""
    keep_results(path, results)
    found = results.cases[-1]
    typer.echo(line_of(found))
    for contender, cell in found.cells.items():
        if cell.wrong:
            say(f"    WRONG ANSWERS of {contender}: {cell.wrong:,}, such as {cell.fault}")
    for difference in found.differences:
        say(f"    not the same as {difference}")


def results_of(dataset: Dataset) -> Path:
    """Where the results of a data set are kept."""
    return folder() / "results" / f"{dataset.name}.json"


@app.command()
def report(page: Annotated[Path, typer.Option(help="The page to write into.")] = PAGE) -> None:
    """Print what was aimed at and reached, and write tables and charts into the page."""
    for line in verdict_lines(reached(folder() / "results")):
        typer.echo(line)
    write_page(folder() / "results", page)


@app.command()
def explain(rows: OneSize = 1_000_000, page: Path = PAGE) -> None:
    """Write the plans of the hot statements into the page, as the application's role gets them."""
    from bench.explain.plans import explain as explain_all

    dataset = Dataset(rows)
    ensure_loaded(folder(), dataset)
    explain_all(folder(), dataset, page)


@app.callback(invoke_without_command=True)
def all_of_it(
    context: typer.Context,
    rows: Rows = DEFAULT_ROWS,
    register: Register = None,
    seconds: Seconds = 2.0,
    rounds: Rounds = 3,
    connections: Connections = 16,
    only: Only = [],  # noqa: B006 - typer reads it, nobody changes it
) -> None:
    """Fill, measure and tell what was reached; all of it in full size also goes into the page."""
    if context.invoked_subcommand is not None:
        return
    sets = [Dataset(size, register) for size in sorted(rows)]
    wrong = _measure(sets, Effort(seconds, rounds, connections), tuple(only))
    if only or register or max(rows) < max(DEFAULT_ROWS):
        say("\nThe page is as it was: `python -m bench report` writes what was found into it")
    else:
        report()
    _fail_on(wrong)


def main() -> None:
    """Run a command; a polite request to stop is heard as Ctrl-C is."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        app()
    except (StartRefusedError, LocalServerError) as error:
        say(f"bench: {error}")
        raise SystemExit(1) from None
