"""Pages of search are laid beside naive ones, and what differs is noticed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest
from typer.testing import CliRunner

from app.interactions.words import Word, parse_words
from bench import cli
from bench.database.callers import ALL_SITES
from bench.load.client import Answer
from bench.verify.naive import Page, statement_of
from bench.verify.parts import askable
from bench.verify.question import MAX_LENGTH, Part, Question
from bench.verify.questions import make_question
from bench.verify.tally import Tally, difference_of
from bench.verify.texts import RowTexts

TEXTS = {
    "title": "Réunion d'équipe, 100% - O'Connell",
    "lead": "Zoë Dvořák",
    "description": 'A "lead-time" of\nC:\\dir_1\tand -5 degrees. 会議の予算、顧客',
}
ROW = RowTexts(
    "CALL", date(2024, 2, 29), TEXTS, {name: text.lower() for name, text in TEXTS.items()}
)
LONG, SHORT = Question(ALL_SITES, (Part("plan"),)), Question(ALL_SITES, (Part("p"),))


def answered(ids: Sequence[int], total: int | None, *, is_exact: bool = True) -> Answer:
    rows = [{"id": row_id} for row_id in ids]
    page = {"interactions": rows, "total": total, "total_is_exact": is_exact}
    return Answer(200, orjson.dumps(page))


def refused(code: str) -> Answer:
    return Answer(400, orjson.dumps({"error": {"code": code}}))


def invoked(*options: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli.app, ["verify", *options])
    return result.exit_code, result.output


def test_the_service_finds_what_a_naive_reader_finds(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "folder", lambda: place)

    code, output = invoked("--rows", "600", "--questions", "300")

    assert "300 answers were compared: 0 were different" in output
    assert code == 0


def test_a_difference_fails_the_command(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tally = Tally()
    tally.add(1, LONG, answered([3], 1), Page([2], 1))
    monkeypatch.setattr(cli, "folder", lambda: place)
    monkeypatch.setattr(cli, "ensure_loaded", lambda *_: None)
    monkeypatch.setattr(cli, "verify_all", lambda *_, **__: tally)

    code, output = invoked()

    assert "1 answers were compared: 1 were different" in output
    assert code == 1


@pytest.mark.parametrize(
    ("answer", "naive"),
    [
        (answered([3, 2], 2), Page([3, 2], 2)),
        (answered([], 0), Page([], 0)),
        (answered([3], 12_000), Page([3], 12_000)),
        (answered([3], 10_000, is_exact=False), Page([3], 10_001)),
    ],
)
def test_the_same_is_no_difference(answer: Answer, naive: Page) -> None:
    assert difference_of(answer, naive) is None


@pytest.mark.parametrize(
    ("answer", "naive", "named"),
    [
        (answered([3, 2], 2), Page([2, 3], 2), "another order"),
        (answered([3, 2], 2), Page([3], 2), "other rows"),
        (answered([3], 2), Page([3, 2], 2), "other rows"),
        (answered([3, 1], 2), Page([3, 2], 2), "other rows"),
        (answered([3], 1), Page([3], 2), "a total of 1"),
        (answered([3], None, is_exact=False), Page([3], 1), "no total"),
        (answered([3], None), Page([3], 1), "a total of None"),
        (answered([3], 10_000, is_exact=False), Page([3], 10_000), "not exact"),
        (answered([3], 9_000, is_exact=False), Page([3], 11_000), "not exact"),
        (refused("query_too_broad"), Page([3], 1), "query_too_broad"),
        (Answer(500, b"oops"), Page([3], 1), "500"),
    ],
)
def test_what_differs_is_named(answer: Answer, naive: Page, named: str) -> None:
    difference = Tally().add(1, LONG, answer, naive)

    assert difference is not None
    assert named in difference


def test_only_short_words_may_be_too_broad() -> None:
    tally = Tally()
    with_excluded = replace(SHORT, parts=(Part("p"), Part("plan", is_excluded=True)))
    with_filter = replace(SHORT, contained=(("lead", "Zoë"),))
    others = (LONG, with_filter)

    for number, question in enumerate((SHORT, with_excluded, *others)):
        tally.add(number, question, refused("query_too_broad"), Page([3], 1))
    tally.add(9, SHORT, refused("bad_request"), Page([3], 1))

    assert (tally.refused, tally.compared) == (2, 3)
    assert [number for number, _ in tally.differences] == [2, 3, 9]


def test_only_short_words_may_come_without_a_total() -> None:
    tally = Tally()

    for number, question in enumerate((SHORT, LONG)):
        tally.add(number, question, answered([3], None, is_exact=False), Page([3], 1))
    tally.add(9, SHORT, answered([2], None, is_exact=False), Page([3], 1))

    assert (tally.uncounted, tally.compared) == (1, 3)
    assert [number for number, _ in tally.differences] == [1, 9]


def test_a_question_is_read_as_it_is_meant() -> None:
    for number in range(2_000):
        question = make_question(1, number, {ALL_SITES: [ROW]})

        asked = parse_qs(urlsplit(question.target).query, strict_parsing=True)
        assert len(question.q) <= MAX_LENGTH
        assert asked["q"] == [question.q]
        assert parse_words(question.q) == [
            Word(one.text, one.is_excluded) for one in question.parts
        ]


def test_the_same_seed_asks_the_same() -> None:
    first, again, other = (
        [make_question(seed, number, {ALL_SITES: [ROW]}) for number in range(50)]
        for seed in (1, 1, 2)
    )

    assert first == again
    assert first != other


def test_what_would_not_be_taken_is_not_asked() -> None:
    assert askable(' a\x00"b\n\u0085 ') == "a b"
    assert askable("\u200b \u00ad") == ""


def test_all_that_is_asked_is_in_the_statement() -> None:
    question = Question(
        caller=ALL_SITES,
        parts=(Part("a%"), Part("b", is_excluded=True)),
        types=("CALL",),
        first=date(2024, 1, 1),
        last=date(2024, 1, 31),
        contained=(("lead", "Zoë"),),
        page=3,
        page_size=20,
    )

    sql, values = statement_of(question, [7])

    assert [str(value) for value in values] == [
        *("[7]", "('CALL',)", "2024-01-01 00:00:00+00:00", "2024-02-01 00:00:00+00:00"),
        *("Zoë", "a%", "b", "20", "40"),
    ]
    assert "deleted_at IS NULL" in sql
    assert "NOT (strpos(title, app.fold($7)) > 0 OR" in sql
