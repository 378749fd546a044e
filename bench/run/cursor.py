"""Following the service's own cursors far in, as a client would."""

from urllib.parse import urlencode

import orjson

from bench.cases.case import INTERACTIONS, Contender
from bench.database.callers import Caller
from bench.load.client import request_bytes
from bench.run.stage import Stage

PAGE_SIZE = 100


async def find_cursor(stage: Stage, caller: Caller, depth: int) -> str | None:
    """The cursor behind so many rows; None where the service has none."""
    token = await stage.tokens.get(Contender.OURS, caller)
    (connection,) = await stage.connect(Contender.OURS, 1)
    cursor: str | None = None
    try:
        for _ in range(depth // PAGE_SIZE):
            parameters: dict[str, str | int] = {"page_size": PAGE_SIZE}
            if cursor:
                parameters["cursor"] = cursor
            target = f"{INTERACTIONS}?{urlencode(parameters)}"
            answer = await connection.ask(request_bytes("GET", target, token))
            cursor = orjson.loads(answer.body).get("next_cursor")
            if cursor is None:
                return None
    finally:
        connection.close()
    return cursor
