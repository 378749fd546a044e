"""Changing what may be changed by others at the same time."""

from collections.abc import Callable
from typing import Literal, TypeAlias

from app.client.asynchronous.interactions import Interactions
from app.client.bodies import Json
from app.client.errors import PreconditionFailedError
from app.client.schemas import InteractionPatch, InteractionRead

OnConflict: TypeAlias = Literal["raise", "retry", "overwrite"]
Change: TypeAlias = Callable[[InteractionRead], InteractionPatch | Json | None]

MAX_TRIES = 10


class Editing(Interactions):
    """Reading, changing and writing as one."""

    async def edit_interaction(
        self, interaction_id: int, change: Change, *, on_conflict: OnConflict = "raise"
    ) -> InteractionRead:
        """Change an interaction by what is in it.

        Args:
            interaction_id: Which one.
            change: Is shown the interaction and says what to change of it; None: nothing.
            on_conflict: What to do when somebody else was quicker: `raise` the error; `retry`,
                which asks `change` again about the newest, up to ten times in all; or
                `overwrite`, which writes the same change whatever is there by now.

        Raises:
            PreconditionFailedError: Somebody else was quicker.

        Example:
            def one_more_note(row):
                return {"notes": f"{row.notes or ''} One more."}

            await client.edit_interaction(interaction_id, one_more_note, on_conflict="retry")
        """
        for tried in range(1, MAX_TRIES + 1):
            row = await self.get_interaction(interaction_id)
            changes = change(row)
            if changes is None:
                return row
            try:
                return await self.update_interaction(row.id, changes, if_match=row.version)
            except PreconditionFailedError:
                if on_conflict == "overwrite":
                    return await self.update_interaction(row.id, changes)
                if on_conflict == "raise" or tried == MAX_TRIES:
                    raise
        raise AssertionError  # the last try returns or raises
