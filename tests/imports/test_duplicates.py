"""Rows that are there already, and what is decided about them."""

from typing import Any

import pytest

from app.imports.policy import folded, is_similar
from tests.desk import Desk
from tests.imports.making import HEADER, ROW, table
from tests.imports.sending import Sender, counts

WITH_ID = [*HEADER, "external_id"]
START, END = "2026-06-12T14:00:00Z", "2026-06-12T15:00:00Z"


def keyed(key: str, title: str = "A meeting") -> list[str]:
    """A row with an external id."""
    return [title, *ROW[1:], key]


async def there(desk: Desk, **over: Any) -> dict[str, Any]:
    """An interaction that starts when the rows do."""
    return await desk.create(**{"title": "A meeting", "site_id": desk.site.id} | over)


async def test_what_is_there_is_shown_and_skipped_unless_it_is_decided_otherwise(
    sender: Sender, desk: Desk
) -> None:
    stored = await there(desk, external_id="k1", title="Its old title")

    done = await sender.check(table(keyed("k1"), keyed("k2"), header=WITH_ID), site_id=desk.site.id)

    assert counts(done["check"]) == {"created": 1, "skipped": 1}
    assert done["check"]["duplicates_total"] == 1
    assert done["check"]["duplicates"] == [
        {
            "row": "1",
            "match": "external_id",
            "site_id": desk.site.id,
            "interaction_id": stored["id"],
            "decision": "skip",
        }
    ]
    result = (await sender.commit(done["id"]))["result"]
    assert counts(result) == {"created": 1, "skipped": 1}
    assert await desk.titles("external_id=k1") == ["Its old title"]


async def test_an_update_takes_the_content_of_the_row_with_history(
    sender: Sender, desk: Desk
) -> None:
    stored = await there(desk, external_id="k1", title="Its old title", location="Room A")
    done = await sender.bring_in(
        table(keyed("k1"), header=WITH_ID),
        site_id=desk.site.id,
        duplicates={"external_id": "update"},
    )

    assert counts(done["result"]) == {"updated": 1}
    assert await desk.titles("external_id=k1") == ["A meeting"]
    assert (await desk.history(stored["id"]))[0]["changes"]["title"]["new"] == "A meeting"


async def test_the_same_content_is_no_change(sender: Sender, desk: Desk) -> None:
    update = {"external_id": "update"}
    text = table(keyed("k1"), header=WITH_ID)
    await sender.bring_in(text, site_id=desk.site.id)

    again = await sender.bring_in(text, site_id=desk.site.id, duplicates=update)

    assert counts(again["result"]) == {"unchanged": 1}


@pytest.mark.parametrize(
    ("decision", "expected", "titles"),
    [
        ("skip", {"skipped": 1}, ["Kick-off: the new project"]),
        ("update", {"updated": 1}, ["Kickoff of the new project"]),
        ("create", {"created": 1}, ["Kick-off: the new project", "Kickoff of the new project"]),
    ],
)
async def test_a_similar_title_at_the_same_start_is_a_duplicate(
    sender: Sender, desk: Desk, decision: str, expected: dict[str, int], titles: list[str]
) -> None:
    await there(desk, title="Kick-off: the new project")
    await there(desk, title="Kickoff of the new project", start_datetime="2026-06-12T13:00:00Z")

    done = await sender.bring_in(
        table(["Kickoff of the new project", *ROW[1:]]),
        site_id=desk.site.id,
        duplicates={"similar": decision},
    )

    assert counts(done["result"]) == expected
    found = await desk.titles("start_date=2026-06-12T14:00:00Z&sort=title")
    assert found == titles


async def test_a_decision_about_a_row_goes_before_those_about_all(
    sender: Sender, desk: Desk
) -> None:
    await there(desk, external_id="k1")
    await there(desk, external_id="k2", title="Its old title")
    rows = table(keyed("k1"), keyed("k2", "Another title"), header=WITH_ID)

    done = await sender.check(
        rows, site_id=desk.site.id, duplicates={"rows": {"2": "update", "1": "create"}}
    )

    assert counts(done["check"]) == {"updated": 1, "refused": 1}
    assert done["check"]["errors"][0]["errors"].keys() == {"external_id"}


async def test_who_has_another_key_is_another(sender: Sender, desk: Desk) -> None:
    await there(desk, external_id="other")

    done = await sender.check(table(keyed("k1"), header=WITH_ID), site_id=desk.site.id)

    assert counts(done["check"]) == {"created": 1}


async def test_one_that_has_no_key_yet_takes_that_of_the_row(sender: Sender, desk: Desk) -> None:
    stored = await there(desk)

    done = await sender.bring_in(
        table(keyed("k1"), header=WITH_ID),
        site_id=desk.site.id,
        duplicates={"similar": "update"},
    )

    assert counts(done["result"]) == {"updated": 1}
    (row,) = (await desk.listed("external_id=k1"))["interactions"]
    assert row["id"] == stored["id"]


async def test_rows_alike_within_a_file_are_all_taken(sender: Sender, desk: Desk) -> None:
    done = await sender.bring_in(table(ROW, ROW, ROW), site_id=desk.site.id)

    assert counts(done["result"]) == {"created": 3}


async def test_one_interaction_is_the_duplicate_of_one_row(sender: Sender, desk: Desk) -> None:
    await there(desk)

    done = await sender.check(table(ROW, ROW), site_id=desk.site.id)

    assert counts(done["check"]) == {"created": 1, "skipped": 1}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Budget review", "budget  REVIEW!", True),
        ("Réunion générale", "Reunion generale", True),
        ("Quarterly budget review", "Budget review, quarterly", True),
        ("Weekly meeting", "Weekly meting", True),
        ("Weekly meeting", "Board meeting", False),
        ("Lunch", "Launch of the new product", False),
    ],
)
def test_titles_are_similar_when_words_or_letters_are(
    one: str, other: str, *, expected: bool
) -> None:
    assert is_similar(folded(one), folded(other)) is expected
