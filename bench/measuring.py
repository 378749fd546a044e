"""Measuring data sets, told on the terminal and kept case by case."""

from functools import partial
from pathlib import Path

import typer

from bench.cases.catalogue import GROWTH
from bench.database.datasets import Dataset, ensure_loaded
from bench.options import folder
from bench.progress import say
from bench.report.terminal import HEADING, line_of
from bench.run.measure import Effort
from bench.run.results import Results, keep_results
from bench.run.run import run


def measure_sets(sets: list[Dataset], effort: Effort, only: tuple[str, ...]) -> int:
    """Measure data sets, the largest last, and count the answers that were wrong."""
    wrong = 0
    for dataset in sets:
        ensure_loaded(folder(), dataset)
        patterns = only or (() if dataset is sets[-1] else GROWTH)
        say(f"\n{dataset.name}: {effort.rounds} x {effort.seconds} s for each, by turns")
        typer.echo(HEADING)
        tell = partial(_keep, results_of(dataset))
        found = run(folder(), dataset, effort, only=patterns, tell=tell)
        wrong += sum(cell.wrong for case in found.cases for cell in case.cells.values())
    return wrong


def fail_on(wrong: int) -> None:
    """End with 1 if any answer was wrong."""
    if wrong:
        say(f"\n{wrong:,} answers were wrong or refused, which the numbers leave out")
        raise typer.Exit(1)


def results_of(dataset: Dataset) -> Path:
    """Where the results of a data set are kept."""
    return folder() / "results" / f"{dataset.name}.json"


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
