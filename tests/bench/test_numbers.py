"""What the benchmark makes of what it measured."""

import xml.etree.ElementTree as ET

import pytest

from bench.cases.case import Contender
from bench.explain.log import plans_in
from bench.load.client import request_bytes
from bench.load.closed_loop import Outcome
from bench.load.percentiles import percentile
from bench.report.chart import bar_chart
from bench.report.regions import NoSuchRegionError, replace_region
from bench.report.tables import rate_table
from bench.report.targets import targets
from bench.run.measure import round_of
from bench.run.results import CaseResult, Cell, Results, Round
from bench.run.stage import CpuTimes


def cell(per_second: float, *, p50: float = 1.0) -> Cell:
    one = Round(100, per_second, p50, 2.0, 3.0, 4.0, 50.0, 50.0)
    return Cell(connections=16, rounds=[one, one, one], calm=one)


def results(rows: int = 1_000_000, *, p50: float = 1.0) -> Results:
    kinds = ("get", "list page 1", "create", "search common", "search <&>")
    cells = {
        Contender.OURS: cell(1_000, p50=p50),
        Contender.RAW: cell(1_500),
        Contender.IDIOMATIC: cell(100),
    }
    cases = [CaseResult(f"{kind}, one-site", kind, "one-site", 1, 0, [], cells) for kind in kinds]
    return Results("generated", rows, "2026-01-01", 2.0, {}, cases)


def parsed(chart: str) -> ET.Element:
    return ET.fromstring(chart)  # noqa: S314 - our own


@pytest.mark.parametrize(
    ("part", "expected"), [(0.5, 50), (0.95, 95), (0.99, 99), (1, 100), (0, 1)]
)
def test_a_percentile_is_a_measured_value(part: float, expected: float) -> None:
    assert percentile([float(value) for value in range(100, 0, -1)], part) == expected


def test_the_percentile_of_one_value_is_that_value() -> None:
    assert {percentile([7.0], part) for part in (0.0, 0.5, 0.99, 1.0)} == {7.0}


def test_wrong_answers_have_no_times() -> None:
    one = round_of(Outcome(seconds=2.0, faults=["500"]), CpuTimes(1, 1), CpuTimes(2, 2))

    assert (one.requests, one.per_second, one.p99) == (0, 0, 0)


def test_a_round_is_divided_by_its_requests() -> None:
    outcome = Outcome(seconds=2.0, latencies=[0.001, 0.002, 0.003, 0.004])

    one = round_of(outcome, CpuTimes(1.0, 5.0), CpuTimes(1.004, 5.008))

    assert (one.requests, one.per_second, one.p50, one.longest) == (4, 2.0, 2.0, 4.0)
    assert one.app_cpu == pytest.approx(1_000)
    assert one.database_cpu == pytest.approx(2_000)


def test_targets_are_met_or_not() -> None:
    verdicts = {one.text: one.verdict for one in targets(results(), results(100_000, p50=0.5))}

    assert verdicts["get one: requests/s, of the raw one's"] == "met"
    assert verdicts["get one: requests/s, of the idiomatic one's"] == "met"
    grown = [text for text in verdicts if text.startswith("search common: p50")]
    assert [verdicts[text] for text in grown] == ["not met"]
    assert "-" in verdicts.values()  # not all of it was measured


def test_the_time_of_a_search_is_that_of_all_words_of_the_worst_scope() -> None:
    found = results()
    for name, times in (("one-site", [10.0] * 95 + [300.0] * 5), ("all-sites", [10.0, 120.0])):
        ours = cell(1_000)
        ours.first = times
        cells = {Contender.OURS: ours}
        case = CaseResult(f"search rare, {name}", "search rare", name, 1, 0, [], cells)
        found.cases.append(case)

    measured = {one.text: one.value for one in targets(found, None)}

    p95, longest = (text for text in measured if "each word once" in text)
    assert (measured[p95], measured[longest]) == (120.0, 300.0)


def test_a_chart_is_well_formed() -> None:
    chart = parsed(bar_chart("Reads & writes", results().cases))

    bars = [one for one in chart.iter() if one.tag.endswith("rect") and one.get("y") != "10"]
    assert len(bars) == 3 * len(results().cases)
    assert all(float(bar.get("width", 0)) > 0 for bar in bars)


def test_a_chart_of_nothing_is_well_formed() -> None:
    assert parsed(bar_chart("Nothing", [])) is not None


def test_a_table_has_a_line_a_case() -> None:
    lines = rate_table(results()).splitlines()

    assert len(lines) == 2 + len(results().cases)
    assert len({line.count("|") for line in lines}) == 1


def test_a_region_is_replaced_and_nothing_else() -> None:
    page = "before <!-- generated: a --> old <!-- end of a --> after"

    once = replace_region(page, "a", r"new \1")

    assert once == "before <!-- generated: a -->\n\nnew \\1\n\n<!-- end of a --> after"
    assert replace_region(once, "a", r"new \1") == once
    with pytest.raises(NoSuchRegionError):
        replace_region(page, "b", "new")


def test_plans_are_read_out_of_a_log() -> None:
    log = (
        "2026-01-01 10:00:00 UTC [7] LOG:  duration: 1.250 ms  plan:\n"
        "\tQuery Text: SELECT 1\n\t  FROM t\n"
        "\tSeq Scan on t  (cost=0.00..1.00 rows=1) (actual time=0.1..0.2 rows=1 loops=1)\n"
        "\t  Filter: (site_id = ANY ('{1,2,3,4,5,6,7,8,9,10,11,12}'::integer[]))\n"
        "2026-01-01 10:00:00 UTC [7] LOG:  something else\n"
    )

    (plan,) = plans_in(log)

    assert (plan.milliseconds, plan.query) == (1.25, "SELECT 1 FROM t")
    assert plan.plan.startswith("Seq Scan")
    assert "{1,2,3,...}" in plan.plan


def test_a_request_is_whole() -> None:
    sent = request_bytes("POST", "/x", "token", b"{}")

    head, _, body = sent.partition(b"\r\n\r\n")
    assert body == b"{}"
    assert b"Content-Length: 2" in head.split(b"\r\n")
