"""Some clients at once, each of which asks again as soon as it has its answer."""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from bench.load.client import Answer, Connection

CHECKED = 20
"""Each answer's status is looked at, and the body of one in so many."""

Check = Callable[[Answer], str | None]
"""Says what is wrong with an answer, if anything."""


@dataclass(slots=True)
class Outcome:
    """What one run of the loop gave; a wrong answer has no latency."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


async def closed_loop(
    connections: list[Connection],
    requests: Iterator[bytes],
    *,
    seconds: float,
    status: int,
    check: Check,
) -> Outcome:
    """Ask for some time; what has been begun is waited for, and counted."""
    outcome = Outcome()
    started_at = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for connection in connections:
            group.create_task(
                _ask_on(
                    connection,
                    requests,
                    outcome,
                    until=started_at + seconds,
                    status=status,
                    check=check,
                )
            )
    outcome.seconds = time.perf_counter() - started_at
    return outcome


async def _ask_on(
    connection: Connection,
    requests: Iterator[bytes],
    outcome: Outcome,
    *,
    until: float,
    status: int,
    check: Check,
) -> None:
    asked_at = time.perf_counter()
    while asked_at < until:
        answer = await connection.ask(next(requests))
        answered_at = time.perf_counter()
        if answer.status != status:
            outcome.faults.append(f"{answer.status} {answer.body[:200]!r}")
        elif len(outcome.latencies) % CHECKED == 0 and (fault := check(answer)):
            outcome.faults.append(fault)
        else:
            outcome.latencies.append(answered_at - asked_at)
        asked_at = time.perf_counter()
