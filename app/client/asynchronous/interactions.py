"""Recording, reading and changing interactions."""

from collections.abc import AsyncIterator
from typing import Unpack

from app.client.asynchronous.operations import Operations
from app.client.bodies import Json
from app.client.calls import call
from app.client.parameters import Include, Listing, SiteListing, SiteWalk, Walk
from app.client.schemas import (
    InteractionCreate,
    InteractionPage,
    InteractionPatch,
    InteractionRead,
    InteractionReplace,
    ListedInteraction,
    TypeLabels,
)


class Interactions(Operations):
    """`/interactions`."""

    async def list_interactions(self, **parameters: Unpack[Listing]) -> InteractionPage:
        """A page of the interactions that all filters let through; `Listing` names the filters.

        Example:
            page = await client.list_interactions(type=["CALL", "MEETING"], page_size=50)
            print(page.total, [row.title for row in page.interactions])
        """
        return await self._answer(InteractionPage, call("GET", "/interactions", query=parameters))

    def iter_interactions(self, **parameters: Unpack[Walk]) -> AsyncIterator[ListedInteraction]:
        """All interactions that the filters let through, page after page by cursor.

        Example:
            async for row in client.iter_interactions(start_date="2026-01-01", include="site"):
                print(row.start_datetime, row.title)
        """
        return self._walk(self.list_interactions, lambda page: page.interactions, **parameters)

    async def list_site_interactions(
        self, site_id: int, **parameters: Unpack[SiteListing]
    ) -> InteractionPage:
        """A page of the interactions of one site.

        Example:
            page = await client.list_site_interactions(site_id, lead="smith", sort="-created_at")
        """
        asked = call("GET", "/sites/{}/interactions", site_id, query=parameters)
        return await self._answer(InteractionPage, asked)

    def iter_site_interactions(
        self, site_id: int, **parameters: Unpack[SiteWalk]
    ) -> AsyncIterator[ListedInteraction]:
        """All interactions of one site that the filters let through.

        Example:
            titles = [row.title async for row in client.iter_site_interactions(site_id)]
        """
        return self._walk(
            self.list_site_interactions, lambda page: page.interactions, site_id, **parameters
        )

    async def create_interaction(self, body: InteractionCreate | Json) -> InteractionRead:
        """Record an interaction; a time without an offset is wall time in `timezone`.

        Raises:
            ValidationFailedError: A field is wrong; `details` say which and why.
            ForbiddenError: The caller may not create there.

        Example:
            from app.client.schemas import InteractionCreate

            created = await client.create_interaction(
                InteractionCreate(
                    site_id=site_id,
                    title="Kickoff of the new line",
                    type="MEETING",
                    lead="Emil",
                    timezone="Europe/Paris",
                    start_datetime="2026-12-01T10:00:00",
                    end_datetime="2026-12-01T11:30:00",
                    description="Until spring",
                )
            )
        """
        return await self._answer(InteractionRead, call("POST", "/interactions", body=body))

    async def list_interaction_types(self) -> TypeLabels:
        """The types of interactions with their labels.

        Example:
            labels = {one.value: one.label for one in (await client.list_interaction_types()).types}
        """
        return await self._answer(TypeLabels, call("GET", "/interactions/types"))

    async def get_interaction(
        self, interaction_id: int, *, include: Include = None
    ) -> InteractionRead:
        """Read one interaction.

        Raises:
            ForbiddenError: It is of a site that is not the caller's.
            NotFoundError: There is none.

        Example:
            row = await client.get_interaction(interaction_id, include=["site", "creator"])
        """
        asked = call("GET", "/interactions/{}", interaction_id, query={"include": include})
        return await self._answer(InteractionRead, asked)

    async def replace_interaction(
        self,
        interaction_id: int,
        body: InteractionReplace | Json,
        *,
        if_match: int | None = None,
    ) -> InteractionRead:
        """Replace an interaction: an optional field that is missing becomes null.

        Args:
            interaction_id: Which one.
            body: All of it.
            if_match: The `version` that was read; without it, whatever is there is replaced.

        Raises:
            PreconditionFailedError: It has been changed since; `details` say by whom.

        Example:
            row = await client.get_interaction(interaction_id)
            content = row.model_dump(exclude_unset=True) | {"title": "Another title"}
            await client.replace_interaction(row.id, content, if_match=row.version)
        """
        asked = call("PUT", "/interactions/{}", interaction_id, body=body, if_match=if_match)
        return await self._answer(InteractionRead, asked)

    async def update_interaction(
        self, interaction_id: int, body: InteractionPatch | Json, *, if_match: int | None = None
    ) -> InteractionRead:
        """Change a part of an interaction: None empties a field, what is left out stays.

        Raises:
            PreconditionFailedError: It is not at version `if_match` any more.

        Example:
            row = await client.get_interaction(interaction_id)
            await client.update_interaction(row.id, {"location": "Hall 2"}, if_match=row.version)
        """
        asked = call("PATCH", "/interactions/{}", interaction_id, body=body, if_match=if_match)
        return await self._answer(InteractionRead, asked)

    async def delete_interaction(self, interaction_id: int, *, if_match: int | None = None) -> None:
        """Delete an interaction; it goes to the trash.

        Example:
            await client.delete_interaction(interaction_id)
        """
        await self._send(call("DELETE", "/interactions/{}", interaction_id, if_match=if_match))
