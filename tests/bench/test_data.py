"""The benchmark's rows: the same at each run, and ones that the tables take."""

import csv
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from bench.data.generated import GeneratedSource
from bench.data.register import RegisterSource
from bench.data.row import Row
from bench.data.sampling import TABLE, draw, table_at, topic_words
from bench.data.source import CHUNK, Source, chunks_of, copied_chunk
from bench.data.word_lists import LANGUAGES

COLUMNS = ("country", "mep", "date", "title", "location", "lobbyists", "dossier")


@pytest.fixture
def register(tmp_path: Path) -> Path:
    path = tmp_path / "meetings.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(COLUMNS)
        for day in range(1, 21):
            place = ("Malta", "France")[day % 3 == 0]
            title = "on the resilience of critical entities"
            lines.writerow([place, "Eva Example", f"{day:02}-05-2021", title, "", "A, B", "C"])
    return path


def fits_the_table(row: Row) -> bool:
    return (
        5 <= len(row.title) <= 100
        and 1 <= len(row.lead) <= 100
        and 1 <= len(row.description) <= 20_000
        and timedelta() < row.end_datetime - row.start_datetime <= timedelta(days=366)
    )


def test_the_same_chunk_is_made_twice_alike() -> None:
    source = GeneratedSource(20_000)

    assert copied_chunk(source, 2) == copied_chunk(source, 2)
    assert copied_chunk(source, 2) != copied_chunk(GeneratedSource(20_000, seed=2), 2)


@pytest.mark.parametrize("rows", [1, CHUNK, CHUNK + 1])
def test_there_are_as_many_rows_as_asked_for(rows: int) -> None:
    source = GeneratedSource(rows)

    ids = [row.id for number in chunks_of(source) for row in source.chunk(number)]

    assert ids == list(range(1, rows + 1))


def test_rows_fit_the_table(register: Path) -> None:
    sources: list[Source] = [GeneratedSource(6_000), RegisterSource(1_000, register)]
    for source in sources:
        for number in chunks_of(source):
            assert all(map(fits_the_table, source.chunk(number)))


def test_sites_have_the_sizes_of_zipfs_law() -> None:
    sizes = Counter(row.site_id for row in GeneratedSource(CHUNK).chunk(0))

    assert 1.6 < sizes[1] / sizes[2] < 2.5
    assert 7 < sizes[1] / sizes[10] < 14


def test_texts_drift() -> None:
    early, late = set(topic_words(0)), set(topic_words(1))

    assert early
    assert late
    assert not early & late


@pytest.mark.parametrize("language", LANGUAGES)
def test_frequent_words_are_drawn_more_often(language: str) -> None:
    table = table_at(language, 0.5)
    drawn = Counter(draw(Random(1), table, 20_000))  # noqa: S311 - the same at each run

    assert len(table) == TABLE
    assert drawn[table[0]] > drawn[table[TABLE // 2]] > 0


def test_copy_escapes_what_would_end_a_field_or_row() -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    texts = ("a\tb", "MEETING", "c\\d")
    times = (moment, moment)
    row = Row(1, 2, *texts, *times, "UTC", None, "e\nf", None, None, 3, 3, *times, None)

    fields = row.as_copied().rstrip("\n").split("\t")

    assert fields[:5] == ["1", "2", r"a\tb", "MEETING", r"c\\d"]
    assert fields[8:10] == [r"\N", r"e\nf"]


def test_the_register_is_repeated_with_shuffled_words(register: Path) -> None:
    source = RegisterSource(200, register)

    rows = list(source.chunk(0))

    assert [site.name for site in source.sites] == ["Malta", "France"]
    assert {tuple(sorted(row.title.split())) for row in rows} == {
        ("critical", "entities", "of", "on", "resilience", "the")
    }
    assert len({row.title for row in rows}) > 20
