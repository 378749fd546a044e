"""`q`: words, phrases, exclusions."""

from urllib.parse import quote

import pytest

from tests.desk import Desk


@pytest.mark.parametrize(
    ("q", "is_found"),
    [
        ("", True),
        ("   ", True),
        ("kickoff", True),
        ("KICK", True),
        ("ickof", True),
        ("kickoff room", True),
        ("kickoff absent", False),
        ("smith budget cafe note", True),
        ('"project kickoff"', True),
        ('"kickoff project"', False),
        ('"kickoff', True),
        ('"project   kickoff"', True),
        ('""', True),
        ("-absent", True),
        ("-kickoff", False),
        ("project -kickoff", False),
        ('project -"kickoff project"', True),
        ('project -"project kickoff"', False),
        ("-", True),
        ("--", False),
        ("CAFÉ", True),
        ("cafe\u0301", True),
        ("é", True),
        ("e", True),
        ('"kickoff john"', False),
        ("well-known", True),
        ("100%", True),
        ("a OR b", False),
        ("x & y | z !", False),
    ],
)
async def test_words_are_looked_for_in_all_texts(q: str, is_found: bool, desk: Desk) -> None:
    await desk.create(
        title="Project Kickoff",
        lead="John Smith",
        location="Café room",
        description="The budget,\nwell-known: 100%; a second\nline.",
        notes="A note",
    )

    page = await desk.listed(f"q={quote(q)}", path="/search/interactions")

    assert page["total"] == is_found


async def test_notes_without_text_match_an_exclusion(desk: Desk) -> None:
    await desk.create(notes=None, location=None)

    assert (await desk.listed("q=-absent"))["total"] == 1


async def test_eight_words_are_allowed(desk: Desk) -> None:
    await desk.create(description="a b c d e f g h")

    assert (await desk.listed("q=a+b+c+d+e+f+g+h"))["total"] == 1


async def test_a_search_takes_the_filters_of_the_list(desk: Desk) -> None:
    await desk.create(type="CALL", title="Found one")
    await desk.create(type="EMAIL", title="Other one")

    page = await desk.listed("q=one&type=call&sort=title", path="/search/interactions")

    assert [row["title"] for row in page["interactions"]] == ["Found one"]
