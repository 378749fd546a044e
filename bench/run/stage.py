"""What a run has at hand: the servers, their numbers, and the callers' tokens."""

from dataclasses import dataclass
from itertools import cycle

from redis.asyncio import Redis

from bench.cases.case import Case, Contender
from bench.database.servers import Servers
from bench.load.client import Answer, Connection, request_bytes
from bench.load.cpu import database_seconds, is_counted, process_seconds
from bench.run.contenders import Server
from bench.run.tokens import Tokens


@dataclass(frozen=True, slots=True)
class CpuTimes:
    """Seconds so far."""

    app: float
    database: float


@dataclass(frozen=True, slots=True)
class Stage:
    """The started servers."""

    contenders: dict[Contender, Server]
    tokens: Tokens
    postmaster: int
    valkey_url: str

    @classmethod
    def of(cls, servers: Servers, contenders: dict[Contender, Server]) -> "Stage":
        """The stage of servers that were started."""
        process = servers.postgres.process
        postmaster = process.pid if process else 0
        return cls(contenders, Tokens(contenders), postmaster, servers.valkey.url)

    async def requests(self, case: Case, contender: Contender) -> "cycle[bytes]":
        """What a contender is sent in a case, over and over."""
        token = await self.tokens.get(contender, case.caller)
        return cycle(
            [
                request_bytes(request.method, request.target, token, request.body)
                for request in case.requests[contender]
            ]
        )

    async def connect(self, contender: Contender, count: int) -> list[Connection]:
        """New connections: a server closes those that are idle between two rounds."""
        port = self.contenders[contender.server].port
        return [await Connection.open(port) for _ in range(count)]

    async def ask(self, contender: Contender, request: bytes) -> Answer:
        """One request on a connection of its own."""
        (connection,) = await self.connect(contender, 1)
        try:
            return await connection.ask(request)
        finally:
            connection.close()

    async def forget_answers(self) -> None:
        """Have nothing kept of what was answered before."""
        async with Redis.from_url(self.valkey_url) as valkey:
            await valkey.flushdb()

    def cpu_times(self, contender: Contender) -> CpuTimes:
        """What a contender and the database have cost so far."""
        if not is_counted():
            return CpuTimes(0, 0)
        pid = self.contenders[contender.server].process.pid
        return CpuTimes(process_seconds(pid), database_seconds(self.postmaster))
