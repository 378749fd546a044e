"""Whether all answer the same to the same question: otherwise their times say nothing."""

from collections.abc import Sequence
from typing import Any

import orjson

from bench.cases.case import Case, Comparison, Contender
from bench.load.client import request_bytes
from bench.run.stage import Stage

COMPARED = 5
"""Questions of each case."""


async def compare(stage: Stage, case: Case) -> tuple[int, list[str]]:
    """How many answers were compared, and what was different about which."""
    others = {
        Comparison.ALL: [Contender.RAW, Contender.IDIOMATIC],
        Comparison.FAST: [Contender.RAW],
    }
    questions = range(min(COMPARED, len(case.requests[Contender.OURS])))
    compared, differences = 0, []
    for contender in others.get(case.compared, []):
        for number in questions:
            compared += 1
            ours = await _answer(stage, case, Contender.OURS, number)
            theirs = await _answer(stage, case, contender, number)
            if difference := difference_of(ours, theirs):
                target = case.requests[Contender.OURS][number].target
                differences.append(f"{contender}: {difference} ({target[:120]})")
    return compared, differences


async def _answer(stage: Stage, case: Case, contender: Contender, number: int) -> Any:
    request = case.requests[contender][number]
    token = await stage.tokens.get(contender, case.caller)
    sent = request_bytes(request.method, request.target, token, request.body)
    answer = await stage.ask(contender, sent)
    if answer.status != case.status:
        return {"refused": f"{answer.status} {answer.body[:60].decode(errors='replace')}"}
    return orjson.loads(answer.body)


def difference_of(ours: Any, theirs: Any) -> str | None:
    """Which rows are others, or how many there are said to be; no total is compared past 10,000."""
    for answer in (ours, theirs):
        if "refused" in answer:
            return f"no answer: {answer['refused']}"
    if "interactions" not in ours:
        return None if ours["id"] == theirs["id"] else "another row"
    if _ids(ours["interactions"]) != _ids(theirs["interactions"]):
        return "other rows"
    total, is_exact = ours["total"], ours.get("total_is_exact", True)
    if is_exact and total != theirs["total"]:
        return f"a total of {total}, not {theirs['total']}"
    return None


def _ids(rows: Sequence[dict[str, Any]]) -> list[int]:
    return [row["id"] for row in rows]
