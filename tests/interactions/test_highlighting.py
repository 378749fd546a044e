"""Highlights: pieces of what is stored, and in them exactly what the search has found."""

import heapq
import unicodedata
from typing import Any

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter
from sqlalchemy import String, bindparam, func, select

from app.core.statement import compile_statement
from app.core.vocabulary import Role
from app.interactions.finding.expressions import TEXTS
from app.interactions.finding.tree import Every, Leaf, Not, Some
from app.interactions.folding import Folding
from app.interactions.fragments import LENGTH, MOST, Highlights, pieces, whole
from app.interactions.highlighting import highlight, shown_words
from app.tenancy.scope import SiteScope
from app.tenancy.snapshot import snapshot

Json = dict[str, Any]

FOLDS = {"ß": "ss", "é": "e", "É": "e", "Æ": "ae", "½": " 1/2", "\N{COMBINING ACUTE ACCENT}": ""}
FOLDING = Folding(FOLDS)
WHITE_SPACE = "\n\t \N{NO-BREAK SPACE}"
# What unaccent and lower make longer, shorter, or something else.
ALPHABET = (
    "".join(FOLDS) + WHITE_SPACE + "aAbsSeE12/%_\\'\"-"
    "\N{COMBINING DOT BELOW}łŁœĳﬁⅧİıΣσς№字だ\N{ZERO WIDTH JOINER}\N{GRINNING FACE}"
)
TEXT = st.text(st.sampled_from(ALPHABET), max_size=400)


def highlights(text: str, *words: str) -> list[Json]:
    traced = FOLDING.trace(text)
    return pieces(text, heapq.merge(*(traced.find(FOLDING.fold(word)) for word in words)))


def matched(fragments: list[Json]) -> list[str]:
    return [
        fragment["text"][start:end] for fragment in fragments for start, end in fragment["matches"]
    ]


@pytest.mark.parametrize(
    ("text", "word", "found"),
    [
        ("Fuß", "fuss", ["Fuß"]),
        ("Fuß und FUSS", "s", ["ß", "S", "S"]),
        ("Ægir", "EGIR", ["Ægir"]),
        ("Café", "cafe", ["Café"]),
        ("Cafe\N{COMBINING ACUTE ACCENT}s", "cafe", ["Cafe\N{COMBINING ACUTE ACCENT}"]),
        ("two\r\n\N{NO-BREAK SPACE} words", "two words", ["two\r\n\N{NO-BREAK SPACE} words"]),
        ("5 ½", "½", ["½"]),
        ("ananas", "ana", ["ana"]),
        ("100%", "0%", ["0%"]),
        ("nothing of it", "zzz", []),
        ("", "a", []),
    ],
)
def test_a_word_is_shown_as_it_is_written(text: str, word: str, found: list[str]) -> None:
    assert matched(highlights(text, word)) == found


def test_places_are_counted_in_code_points_from_where_the_piece_begins() -> None:
    text = "\N{GRINNING FACE} " * 100 + "there it is"

    (fragment,) = highlights(text, "it")

    offset = fragment["offset"]
    assert fragment["text"] == text[offset:] == "\N{GRINNING FACE} " * 17 + "there it is"
    assert fragment["matches"] == [[40, 42]]


def test_words_that_overlap_are_one_place() -> None:
    (fragment,) = highlights("abcdef", "abc", "cde", "f")

    assert fragment["matches"] == [[0, 5], [5, 6]]


def test_a_long_text_is_shown_in_up_to_three_pieces_that_begin_and_end_with_words() -> None:
    text = ("before the word " + "x" * 10 + " needle behind " + "some more words " * 30) * 5

    found = highlights(text, "needle")

    assert len(found) == MOST
    for fragment in found:
        begin, end = fragment["offset"], fragment["offset"] + len(fragment["text"])
        assert 120 <= end - begin <= LENGTH
        assert begin == 0 or text[begin - 1] == " "
        assert text[end] == " "
        assert matched([fragment]) == ["needle"]


def test_a_short_field_is_shown_whole() -> None:
    text = "a" + " b" * 90 + " a"

    assert whole(text, [(0, 1), (182, 183)]) == [
        {"text": text, "offset": 0, "matches": [[0, 1], [182, 183]]}
    ]
    assert whole(text, []) == []


@given(text=TEXT, words=st.lists(st.text(st.sampled_from(ALPHABET), max_size=4), max_size=8))
@example(text="ab" * 200, words=["ab", "ba", "a", "abababab"])
@example(text="a" + "\n" * 399, words=["a\n"])
def test_every_piece_is_of_the_text_and_every_place_has_a_word(text: str, words: list[str]) -> None:
    folded = {FOLDING.fold(word) for word in words} - {""}

    found = highlights(text, *words)

    assert len(found) <= MOST
    assert bool(found) == any(word in FOLDING.fold(text) for word in folded)
    done = 0
    for fragment in found:
        begin = fragment["offset"]
        assert done <= begin
        assert text[begin:].startswith(fragment["text"])
        done = begin + len(fragment["text"])
        ends = [0]
        for start, end in fragment["matches"]:
            assert ends[-1] <= start < end <= len(fragment["text"])
            ends.append(end)
            assert any(word in FOLDING.fold(fragment["text"][start:end]) for word in folded)


@given(text=TEXT)
def test_tracing_a_text_folds_it_piece_by_piece(text: str) -> None:
    table = str.maketrans(FOLDS | {letter: letter.lower() for letter in "ABESs"})
    expected = "".join(
        " " if one.isspace() else one.translate(table)
        for at, one in enumerate(text)
        if not (one.isspace() and text[at - 1 : at].isspace())
    )
    assert FOLDING.fold(text) == expected


def test_what_a_row_must_not_have_is_not_shown() -> None:
    where = Every(
        (
            Leaf("document", "contains", "two words"),
            Not(Leaf("document", "contains", "excluded")),
            Leaf("type", "eq", "CALL"),
            Leaf("location", "is_null"),
            Some((Leaf("lead", "starts_with", "Ann"), Leaf("title", "eq", "Kickoff"))),
        )
    )
    assert shown_words(where) == ["two words", "Ann", "Kickoff"]


# With the database, which decides how texts are folded.

_FINDS = compile_statement(
    select(
        func.strpos(
            func.app.document(*(bindparam(name, type_=String()) for name in TEXTS)),
            func.app.fold(bindparam("word", type_=String())),
        ).label("place"),
        func.length(func.app.fold(bindparam("word", type_=String()))).label("length"),
    )
)
READS = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
NOBODY = SiteScope(user_id=1, roles={1: Role.VIEWER})


def row(**texts: str | None) -> Json:
    return {"title": "", "lead": "", "location": None, "description": "", "notes": None} | texts


async def highlighted(api: FastAPI, answer: Json, *words: str) -> Json:
    async with snapshot(api.state.direct_pool, NOBODY) as seen:
        await highlight(seen, [answer], words)
    found: Json = answer["highlights"]
    return found


async def test_only_fields_in_which_a_word_is_are_shown(api: FastAPI) -> None:
    answer = row(title="Straße nach Łódź", lead="Ann", description="Von Lodz\nnach STRASSBURG")

    found = await highlighted(api, answer, "strass", "lodz nach", "zzz")

    assert found.keys() == {"title", "description"}
    assert matched(found["title"]) == ["Straß"]
    assert matched(found["description"]) == ["Lodz\nnach", "STRASS"]
    TypeAdapter(Highlights).validate_python(found, strict=False)


async def test_without_words_nothing_is_shown(api: FastAPI) -> None:
    assert await highlighted(api, row(title="Kickoff")) == {}
    assert await highlighted(api, row(title="Kickoff"), "\N{COMBINING ACUTE ACCENT}") == {}


@READS
@given(
    texts=st.tuples(*(st.text(st.sampled_from(ALPHABET), max_size=12) for _ in TEXTS)),
    word=st.text(st.sampled_from(ALPHABET), min_size=1, max_size=3),
)
@example(texts=("ΟΔΟΣ", "", "", "", ""), word="οδος")
@example(texts=("", "", "", "5 ½", ""), word="5 ½")
async def test_whatever_the_database_finds_is_shown(
    texts: tuple[str, ...], word: str, api: FastAPI
) -> None:
    word = " ".join(unicodedata.normalize("NFC", word).split())
    answer = row(
        **{
            name: unicodedata.normalize("NFC", text)
            for name, text in zip(TEXTS, texts, strict=True)
        }
    )

    async with snapshot(api.state.direct_pool, NOBODY) as seen:
        (compared,) = await seen.fetch(_FINDS, answer | {"word": word})
        await highlight(seen, [answer], [word])

    if compared["place"] > 0 and compared["length"] > 0:
        assert answer["highlights"]


@READS
@given(text=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30), data=st.data())
async def test_any_part_of_any_text_is_found_in_it(
    text: str, data: st.DataObject, api: FastAPI
) -> None:
    text = unicodedata.normalize("NFC", text)
    start = data.draw(st.integers(0, len(text)))
    part = " ".join(text[start : start + data.draw(st.integers(1, 5))].upper().split())
    part = unicodedata.normalize("NFC", part)
    answer = row(description=text)

    async with snapshot(api.state.direct_pool, NOBODY) as seen:
        (compared,) = await seen.fetch(_FINDS, answer | {"word": part})
        await highlight(seen, [answer], [part])

    if compared["place"] > 0 and compared["length"] > 0:
        assert answer["highlights"]
