"""`python -m bench`: fill databases, measure, and write the page about it."""

import signal
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from app.core.config import StartRefusedError
from app.local.errors import LocalServerError
from bench.data.source import chunks_of, copied_chunk
from bench.database.datasets import Dataset, ensure_loaded
from bench.measuring import fail_on, measure_sets
from bench.options import (
    DEFAULT_ROWS,
    Connections,
    OneSize,
    Only,
    Questions,
    Register,
    Rounds,
    Rows,
    Seconds,
    folder,
)
from bench.progress import say
from bench.report.page import PAGE, reached, write_page
from bench.report.terminal import verdict_lines
from bench.run.measure import Effort
from bench.verify.verify import verify as verify_all

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, help=__doc__)


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
    fail_on(measure_sets(sets, Effort(seconds, rounds, connections), tuple(only)))


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


@app.command()
def verify(
    rows: OneSize = 20_000,
    register: Register = None,
    questions: Questions = 10_000,
    seed: Annotated[int, typer.Option(help="Another one asks other questions.")] = 1,
) -> None:
    """Ask the service at random, and compare its pages with those of a naive filter."""
    dataset = Dataset(rows, register)
    ensure_loaded(folder(), dataset)
    started_at = time.monotonic()
    tally = verify_all(folder(), dataset, questions=questions, seed=seed, tell=typer.echo)
    for line in (*tally.lines(), f"  {time.monotonic() - started_at:.0f} s"):
        typer.echo(line)
    if tally.differences:
        raise typer.Exit(1)


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
    wrong = measure_sets(sets, Effort(seconds, rounds, connections), tuple(only))
    if only or register or max(rows) < max(DEFAULT_ROWS):
        say("\nThe page is as it was: `python -m bench report` writes what was found into it")
    else:
        report()
    fail_on(wrong)


def main() -> None:
    """Run a command; a polite request to stop is heard as Ctrl-C is."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        app()
    except (StartRefusedError, LocalServerError) as error:
        say(f"bench: {error}")
        raise SystemExit(1) from None
