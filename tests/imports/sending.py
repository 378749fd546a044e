"""Sending a file, and waiting until the worker has looked at it."""

import json
from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.config import Settings
from app.core.vocabulary import JobKind
from app.imports.jobs import check_import, commit_import
from app.jobs.desk import Desk
from app.operations.jobs import undo_operation
from app.worker import create_desk, create_reads
from tests.factories import Client

Json = dict[str, Any]

HANDLERS = {
    JobKind.IMPORT_CHECK: check_import,
    JobKind.IMPORT_COMMIT: commit_import,
    JobKind.IMPORT_UNDO: undo_operation,
}


def import_desk(settings: Settings, engine: AsyncEngine) -> Desk:
    """A worker's desk for imports."""
    place = create_desk(settings, engine, create_reads(settings)).place
    return Desk(place, HANDLERS)


@dataclass
class Sender:
    """Somebody who sends files, with a worker that does what they ask at once."""

    client: Client
    desk: Desk

    async def post(
        self, content: str | bytes, name: str = "rows.csv", **options: Any
    ) -> httpx.Response:
        """The answer to a file that is sent."""
        fields = {
            key: value if isinstance(value, str | int) else json.dumps(value)
            for key, value in options.items()
        }
        return await self.client.post("/imports", files={"file": (name, content)}, data=fields)

    async def check(self, content: str | bytes, **options: Any) -> Json:
        """An import that was looked through."""
        response = await self.post(content, **options)
        assert response.status_code == 202, response.text
        return await self.done(response)

    async def change(self, import_id: int, **options: Any) -> Json:
        """The same with other options."""
        response = await self.client.patch(f"/imports/{import_id}", json=options)
        assert response.status_code == 202, response.text
        return await self.done(response)

    async def commit(self, import_id: int) -> Json:
        """An import that is written."""
        response = await self.client.post(f"/imports/{import_id}/commit")
        assert response.status_code == 202, response.text
        return await self.done(response)

    async def bring_in(self, content: str | bytes, **options: Any) -> Json:
        """A file that is sent and written."""
        return await self.commit((await self.check(content, **options))["id"])

    async def undo(self, operation_id: str) -> Json:
        """What came of taking an operation back."""
        response = await self.client.post(f"/operations/{operation_id}/undo")
        assert response.status_code == 202, response.text
        undo: Json = (await self.done(response))["undo"]
        return undo

    async def done(self, response: httpx.Response) -> Json:
        """What is told once the worker has done all it was asked."""
        await self.desk.work_off()
        path = response.headers["Location"].removeprefix("/api/v1")
        answer: Json = (await self.client.get(path)).json()
        return answer

    async def errors(self, import_id: int) -> str:
        """The file of the refused rows."""
        response = await self.client.get(f"/imports/{import_id}/errors")
        assert response.status_code == 200, response.text
        return response.content.decode("utf-8-sig")


def counts(outcome: Json) -> Json:
    """The counts that are not zero, but for that of all rows."""
    return {name: count for name, count in outcome["counts"].items() if count and name != "read"}
