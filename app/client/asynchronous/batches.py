"""Many changes at once, and keeping what another system has."""

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any, Literal

from app.client.asynchronous.operations import Operations
from app.client.batching import portions
from app.client.bodies import Json
from app.client.calls import call
from app.client.schemas import BatchRequest, BatchResult, InteractionRead, InteractionReplace


class Batches(Operations):
    """`/interactions/batch` and `/interactions/by-external-id`."""

    async def batch_interactions(self, body: BatchRequest | Json) -> BatchResult:
        """Create, update and delete up to 200 interactions in one request.

        Raises:
            ValidationFailedError: An item of an `atomic` one was refused, and nothing was done.

        Example:
            items = [
                {"op": "update", "id": interaction_id, "data": {"location": "Hall 2"}},
                {"op": "delete", "id": 9_000_000_000},
            ]
            done = await client.batch_interactions({"mode": "partial", "items": items})
            print(done.succeeded, [one.error.code for one in done.results if one.error])
        """
        return await self._answer(BatchResult, call("POST", "/interactions/batch", body=body))

    async def iter_batches(
        self,
        items: Iterable[Mapping[str, Any]],
        *,
        mode: Literal["partial", "atomic"] = "partial",
    ) -> AsyncIterator[BatchResult]:
        """Do any number of changes, in as many requests as it takes; answers each in its turn.

        `index` in a result counts from the first item of its request.

        Raises:
            ValidationFailedError: An item of an `atomic` request was refused; nothing of that
                request was done, and none after it was sent.

        Example:
            changes = [{"op": "update", "id": interaction_id, "data": {"notes": "Seen"}}]
            async for done in client.iter_batches(changes):
                print(done.operation_id, done.succeeded)
        """
        for portion in portions(items):
            yield await self.batch_interactions({"mode": mode, "items": portion})

    async def upsert_interaction(
        self,
        external_id: str,
        body: InteractionReplace | Json,
        *,
        site_id: int | None = None,
        if_match: int | None = None,
        only_new: bool = False,
    ) -> InteractionRead:
        """Create the interaction with a key of another system, or replace it if there is one.

        Args:
            external_id: The key, unique at the site.
            body: All of the interaction.
            site_id: Which site; who has but one may leave it out.
            if_match: Only replace, and only this version.
            only_new: Only create.

        Raises:
            PreconditionFailedError: There is another version, or none, or one already.

        Example:
            meeting = {
                "title": "Kickoff of the new line",
                "type": "MEETING",
                "lead": "Emil",
                "timezone": "Europe/Paris",
                "start_datetime": "2026-12-01T10:00:00",
                "end_datetime": "2026-12-01T11:30:00",
                "description": "Until spring",
            }
            for _ in range(2):
                row = await client.upsert_interaction(external_id, meeting, site_id=site_id)
            assert row.version == 1
        """
        asked = call(
            "PUT",
            "/interactions/by-external-id/{}",
            external_id,
            query={"site_id": site_id},
            body=body,
            if_match=if_match,
            headers={"If-None-Match": "*"} if only_new else None,
        )
        return await self._answer(InteractionRead, asked)
