"""The whole benchmark in small: three servers, all kinds of cases, and no wrong answer."""

import os
from pathlib import Path

import pytest

from bench.cases.case import Contender
from bench.database.datasets import Dataset, ensure_loaded
from bench.report.page import PAGE, write_page
from bench.run.measure import Effort
from bench.run.results import CaseResult, keep_results, read_results
from bench.run.run import run

AT_LENGTH = pytest.mark.skipif(
    "IMS_LOAD" not in os.environ, reason="takes long: IMS_LOAD=1 runs it"
)
QUICK = Effort(seconds=0.1, rounds=1, connections=4)
SOME = ("get, one-site", "list page 1, five-sites", "search rare, all-sites", "create, *")


def faults_of(cases: list[CaseResult]) -> list[str]:
    cells = [(case.name, cell) for case in cases for cell in case.cells.values()]
    return [f"{name}: {cell.fault}" for name, cell in cells if cell.wrong]


@AT_LENGTH
@pytest.mark.timeout(600)
def test_every_case_is_answered_by_all(place: Path) -> None:
    dataset = Dataset(3_000)
    ensure_loaded(place, dataset)

    found = run(place, dataset, QUICK, only=(), tell=lambda _: None)

    assert faults_of(found.cases) == []
    assert len(found.cases) > 30
    for case in found.cases:
        assert {Contender.OURS, Contender.RAW, Contender.IDIOMATIC} <= case.cells.keys()
        # Accents and words of several fields mean something else to the idiomatic one.
        assert [text for text in case.differences if text.startswith("raw")] == []


@AT_LENGTH
@pytest.mark.timeout(300)
def test_a_run_is_kept_and_written_into_the_page(place: Path) -> None:
    dataset = Dataset(1_000)
    ensure_loaded(place, dataset)
    ensure_loaded(place, dataset)  # finds it there
    kept = place / "results" / "generated-1000.json"

    for only in (SOME[:2], SOME[1:]):
        keep_results(kept, run(place, dataset, QUICK, only=only, tell=lambda _: None))

    results = read_results(kept)
    assert results is not None
    assert {case.kind for case in results.cases} == {"get", "list page 1", "search rare", "create"}
    page = place / "performance.md"
    page.write_text(PAGE.read_text(encoding="utf-8"), encoding="utf-8")
    write_page(kept.parent, page)
    assert "### 1,000 rows" in page.read_text(encoding="utf-8")
    assert (place / "performance-search.svg").exists()
