"""Nobody's change is lost unseen."""

import asyncio

import pytest

from app.client.errors import PreconditionFailedError
from app.client.schemas import InteractionPatch, InteractionRead
from tests.client.conftest import Workplace


async def test_a_change_is_made_of_what_is_there(workplace: Workplace) -> None:
    row = await workplace.interaction(notes="One.")

    edited = await workplace.client.edit_interaction(
        row.id, lambda read: InteractionPatch.model_validate({"notes": f"{read.notes} Two."})
    )

    assert (edited.notes, edited.version) == ("One. Two.", row.version + 1)


async def test_nothing_to_change_writes_nothing(workplace: Workplace) -> None:
    row = await workplace.interaction()

    edited = await workplace.client.edit_interaction(row.id, lambda _read: None)

    assert edited.version == row.version


async def test_retrying_keeps_the_changes_of_all(workplace: Workplace) -> None:
    row = await workplace.interaction(notes="")

    async def add(word: str) -> None:
        await workplace.client.edit_interaction(
            row.id, lambda read: {"notes": f"{read.notes or ''} {word}"}, on_conflict="retry"
        )

    await asyncio.gather(*(add(word) for word in ("one", "two", "three")))

    notes = (await workplace.client.get_interaction(row.id)).notes or ""
    assert sorted(notes.split()) == ["one", "three", "two"]


class Interrupted:
    """A change, in the middle of which others change the same."""

    def __init__(self, workplace: Workplace, row_id: int) -> None:
        self.workplace, self.row_id = workplace, row_id
        self.asked = 0

    def __call__(self, read: InteractionRead) -> dict[str, str]:
        """The first time, something else comes in between."""
        self.asked += 1
        return {"location": f"Room {self.asked}"}

    async def edit(self, on_conflict: str) -> InteractionRead:
        """Make the change while another one is made."""
        client = self.workplace.client
        read = client.get_interaction

        async def read_and_be_late(interaction_id: int) -> InteractionRead:
            found = await read(interaction_id)
            if self.asked == 0:
                await client.update_interaction(interaction_id, {"notes": "In between"})
            return found

        late = client.at_site(self.workplace.site.id)
        late.get_interaction = read_and_be_late  # type: ignore[method-assign, assignment]
        return await late.edit_interaction(self.row_id, self, on_conflict=on_conflict)  # type: ignore[arg-type]


async def test_being_late_is_an_error_that_says_who_was_first(workplace: Workplace) -> None:
    row = await workplace.interaction()

    with pytest.raises(PreconditionFailedError) as late:
        await Interrupted(workplace, row.id).edit("raise")

    (change,) = late.value.details["changes"]
    assert change["fields"] == ["notes"]
    assert change["changed_by"]["id"] == workplace.editor.id


async def test_being_late_can_be_tried_on_the_newest(workplace: Workplace) -> None:
    row = await workplace.interaction()
    change = Interrupted(workplace, row.id)

    edited = await change.edit("retry")

    assert (edited.location, edited.notes, change.asked) == ("Room 2", "In between", 2)


async def test_being_late_can_overwrite(workplace: Workplace) -> None:
    row = await workplace.interaction()
    change = Interrupted(workplace, row.id)

    edited = await change.edit("overwrite")

    assert (edited.location, edited.version, change.asked) == ("Room 1", row.version + 2, 1)


async def test_deleting_may_say_which_version(workplace: Workplace) -> None:
    row = await workplace.interaction()

    with pytest.raises(PreconditionFailedError):
        await workplace.client.delete_interaction(row.id, if_match=row.version + 1)
    await workplace.client.delete_interaction(row.id, if_match=row.version)
