"""Asking the service and a naive reader the same, and comparing their pages."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import asyncpg

from bench.cases.case import Contender
from bench.database.callers import ALL_SITES, CALLERS, Caller
from bench.database.datasets import Dataset
from bench.database.servers import Servers, connect, started_servers
from bench.load.client import Answer, request_bytes
from bench.progress import say, step
from bench.run.contenders import started_contenders
from bench.run.stage import Stage
from bench.verify.naive import Naive
from bench.verify.question import Question
from bench.verify.questions import make_question
from bench.verify.tally import Tally
from bench.verify.texts import RowTexts, read_texts

TOLD_EVERY = 1_000
Tell = Callable[[str], None]
"""Is given each difference at once: a run is long, and may be cut off."""


def verify(folder: Path, dataset: Dataset, *, questions: int, seed: int, tell: Tell) -> Tally:
    """Ask the service on a loaded data set as many questions."""
    with (
        started_servers(folder, durable=True) as servers,
        started_contenders(servers, dataset.database, (Contender.OURS,)) as contenders,
    ):
        stage = Stage.of(servers, contenders)
        return asyncio.run(
            _verify(servers, stage, dataset, questions=questions, seed=seed, tell=tell)
        )


async def _verify(
    servers: Servers, stage: Stage, dataset: Dataset, *, questions: int, seed: int, tell: Tell
) -> Tally:
    connection = await connect(servers.postgres, dataset.database)
    sites = {caller: caller.site_ids(dataset.source.sites) for caller in CALLERS}
    texts = await _texts(connection, sites)
    with step("all texts are folded"):
        naive = await Naive.open(connection, sites)
    tally = Tally()
    for number in range(1, questions + 1):
        question = make_question(seed, number, texts)
        answer, page = await asyncio.gather(_ask(stage, question), naive.answer(question))
        if difference := tally.add(number, question, answer, page):
            tell(_told(seed, number, question, difference))
        if number % TOLD_EVERY == 0:
            say(f"  {number:,} questions, {len(tally.differences):,} differences")
    await connection.close()
    return tally


async def _texts(
    connection: asyncpg.Connection, sites: Mapping[Caller, Sequence[int]]
) -> dict[Caller, list[RowTexts]]:
    """What each caller asks for: of others' rows, where there are none of their own."""
    texts = {caller: await read_texts(connection, sites[caller]) for caller in sites}
    return {caller: found or texts[ALL_SITES] for caller, found in texts.items()}


async def _ask(stage: Stage, question: Question) -> Answer:
    token = await stage.tokens.get(Contender.OURS, question.caller)
    return await stage.ask(Contender.OURS, request_bytes("GET", question.target, token))


def _told(seed: int, number: int, question: Question, difference: str) -> str:
    return (
        f"Question {number} of seed {seed}, by {question.caller.name}: {difference}\n"
        f"    q = {question.q}\n    GET {question.target}"
    )
