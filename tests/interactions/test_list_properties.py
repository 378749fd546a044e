"""What holds of every list, whatever it holds: tried with generated texts, times and sorts."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.desk import ClientFor, Desk
from tests.factories import Make, body

pytestmark = pytest.mark.covered_elsewhere

SORTED = ["start_datetime", "end_datetime", "title", "type", "lead", "location", "created_at"]
# Pairs that are the same without case and accents, and all that could mean something to SQL.
ALPHABET = "aAbBeEéÉüÜñçÅå%_\\'\"-*.$:?() 1"
FOLDED = str.maketrans("éüñçåä", "euncaa")
YEARS = (datetime(1970, 1, 2), datetime(2099, 12, 30))  # noqa: DTZ001  # as Hypothesis takes them
READS = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def folded(text: str) -> str:
    return text.lower().translate(FOLDED)


@pytest.fixture(scope="module")
async def shelf(make: Make, client_for: ClientFor) -> Desk:
    """A site with texts and ties to sort and search."""
    site = await make.site()
    editor = await make.member(site)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(23):
        words = "".join(ALPHABET[number * step % len(ALPHABET)] for step in range(1, 9))
        await make.interaction(
            site,
            editor,
            title=f"x{words}x",
            lead=["Ann", "ann", "Änn", "Bob"][number % 4],
            location=[None, "Hall", "hall"][number % 3],
            type=["CALL", "MEETING"][number % 2],
            start_datetime=start + timedelta(hours=number % 5),
            end_datetime=start + timedelta(hours=6 + number % 2),
            description=f"d{words[::-1]}d",
        )
    return Desk(site=site, user=editor, client=client_for(editor))


@READS
@given(
    sort=st.lists(st.sampled_from(SORTED), min_size=1, max_size=3, unique=True),
    signs=st.lists(st.sampled_from(["", "-"]), min_size=3, max_size=3),
    page_size=st.integers(1, 25),
)
async def test_the_pages_together_are_the_list(
    sort: list[str], signs: list[str], page_size: int, shelf: Desk
) -> None:
    terms = ",".join(sign + field for sign, field in zip(signs, sort, strict=False))
    whole = await shelf.listed(f"sort={terms}&page_size=100")
    pages = [
        await shelf.listed(f"sort={terms}&page_size={page_size}&page={number}")
        for number in range(1, -(-23 // page_size) + 1)
    ]

    assert [row for page in pages for row in page["interactions"]] == whole["interactions"]
    assert len({row["id"] for row in whole["interactions"]}) == whole["total"] == 23


@READS
@given(part=st.text(ALPHABET, max_size=4))
async def test_contains_means_the_same_as_in_python(part: str, shelf: Desk) -> None:
    rows = (await shelf.listed("page_size=100&sort=title"))["interactions"]
    for field in ("title", "lead", "location", "description"):
        wanted = folded(part.strip())
        expected = {row["id"] for row in rows if wanted in folded(row[field] or "")}
        if not wanted:
            expected = {row["id"] for row in rows}

        found = await shelf.listed(f"{field}={quote(part)}&page_size=100")

        assert {row["id"] for row in found["interactions"]} == expected


@READS
@given(
    word=st.text(
        ALPHABET.replace('"', "").replace("-", "").replace(" ", ""), min_size=1, max_size=3
    )
)
async def test_a_word_and_its_exclusion_share_the_list(word: str, shelf: Desk) -> None:
    found = await shelf.listed(f"q={quote(word)}&page_size=1")
    excluded = await shelf.listed(f"q={quote('-' + word)}&page_size=1")

    assert found["total"] + excluded["total"] == 23


@settings(READS, max_examples=30)
@given(
    start=st.datetimes(*YEARS, timezones=st.timezones()),
    seconds=st.integers(1, 366 * 86400),
)
async def test_an_instant_comes_back_as_it_was(start: datetime, seconds: int, shelf: Desk) -> None:
    start = datetime.fromisoformat(start.isoformat())  # the zone's offset then, and no zone
    if (start.utcoffset() or timedelta()).seconds % 60:
        start = start.astimezone(UTC)
    end = start + timedelta(seconds=seconds)
    sent = body(start_datetime=start.isoformat(), end_datetime=end.isoformat())

    response = await shelf.client.post("/interactions", json=sent)

    try:
        assert response.status_code == 201, response.text
        answer = response.json()
        assert datetime.fromisoformat(answer["start_datetime"]) == start
        assert datetime.fromisoformat(answer["end_datetime"]) == end
        assert answer["duration_minutes"] == seconds // 60
    finally:
        await shelf.client.delete(f"/interactions/{response.json().get('id')}")


@READS
@given(text=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=300))
async def test_any_text_is_stored_or_refused(text: str, shelf: Desk) -> None:
    response = await shelf.client.post("/interactions", json=body(title=text, description=text))

    assert response.status_code in {201, 422}, response.text
    if response.status_code == 201:
        row = response.json()
        await shelf.client.delete(f"/interactions/{row['id']}")
        assert " ".join(row["description"].split()) == row["title"]
