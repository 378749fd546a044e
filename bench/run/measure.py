"""Measuring one case: the contenders take turns, so that all meet the same weather."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from bench.cases.case import Case, Contender
from bench.load.closed_loop import Outcome, closed_loop
from bench.load.percentiles import percentile
from bench.run.comparison import compare
from bench.run.results import CaseResult, Cell, Round
from bench.run.stage import CpuTimes, Stage

SLOW, CONNECTIONS_WHEN_SLOW = 0.4, 2
"""Who takes so many seconds alone is asked by as many at once as make the machine busy."""

WARM_UP = 0.4


@dataclass(frozen=True, slots=True)
class Effort:
    """How long and how hard is measured."""

    seconds: float = 2.0
    rounds: int = 3
    connections: int = 16


async def measure(stage: Stage, case: Case, effort: Effort) -> CaseResult:
    """Compare, warm up, then round by round one contender after the other."""
    first, refused = await _first_answers(stage, case)
    compared, differences = await compare(stage, case)
    requests = {contender: await stage.requests(case, contender) for contender in case.requests}
    cells = {
        contender: await _warm_up(stage, case, contender, requests[contender], effort)
        for contender in requests
    }
    for _ in range(effort.rounds):
        for contender, cell in cells.items():
            one, faults = await _round(
                stage, case, contender, requests[contender], effort.seconds, cell.connections
            )
            cell.rounds.append(one)
            cell.note(faults)
    ours = cells[Contender.OURS]
    ours.calm, faults = await _round(
        stage, case, Contender.OURS, requests[Contender.OURS], effort.seconds, 1
    )
    ours.note(faults)
    ours.first = first
    ours.note(refused)
    different = len(set(case.requests[Contender.OURS]))
    return CaseResult(
        case.name, case.kind, case.caller.name, different, compared, differences, cells
    )


async def _first_answers(stage: Stage, case: Case) -> tuple[list[float], list[str]]:
    """How long we take for each different search that nobody has asked before, and what failed."""
    times: list[float] = []
    faults: list[str] = []
    if not case.kind.startswith("search"):
        return times, faults
    await stage.forget_answers()
    (connection,) = await stage.connect(Contender.OURS, 1)
    requests = await stage.requests(case, Contender.OURS)
    for request in islice(requests, len(case.requests[Contender.OURS])):
        asked_at = time.perf_counter()
        answer = await connection.ask(request)
        times.append(1000 * (time.perf_counter() - asked_at))
        if answer.status != case.status:
            faults.append(f"{answer.status} {answer.body[:200]!r}")
    connection.close()
    return times, faults


async def _warm_up(
    stage: Stage, case: Case, contender: Contender, requests: Iterator[bytes], effort: Effort
) -> Cell:
    """A first request, which also tells how slow this is, and some more."""
    for _ in range(2):
        started_at = time.perf_counter()
        await stage.ask(contender, next(requests))
        taken = time.perf_counter() - started_at
    if taken > SLOW:
        return Cell(connections=min(CONNECTIONS_WHEN_SLOW, effort.connections))
    warm_up = min(WARM_UP, effort.seconds)
    await _round(stage, case, contender, requests, warm_up, effort.connections)
    return Cell(connections=effort.connections)


async def _round(
    stage: Stage,
    case: Case,
    contender: Contender,
    requests: Iterator[bytes],
    seconds: float,
    count: int,
) -> tuple[Round, list[str]]:
    connections = await stage.connect(contender, count)
    before = stage.cpu_times(contender)
    try:
        outcome = await closed_loop(
            connections, requests, seconds=seconds, status=case.status, check=case.check
        )
    finally:
        after = stage.cpu_times(contender)
        for connection in connections:
            connection.close()
    return round_of(outcome, before, after), outcome.faults


def round_of(outcome: Outcome, before: CpuTimes, after: CpuTimes) -> Round:
    """The numbers of a round."""
    count = len(outcome.latencies)
    parts = [1000 * percentile(outcome.latencies, part) for part in (0.5, 0.95, 0.99, 1)]
    return Round(
        requests=count,
        per_second=count / outcome.seconds,
        p50=parts[0],
        p95=parts[1],
        p99=parts[2],
        longest=parts[3],
        app_cpu=1e6 * (after.app - before.app) / max(count, 1),
        database_cpu=1e6 * (after.database - before.database) / max(count, 1),
    )
