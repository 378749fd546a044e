"""Cursors are good for the question that they were given for, and for nothing else."""

from types import SimpleNamespace

import pytest
from starlette.requests import Request

from app.core.cursor import Cursors
from app.core.errors import InvalidCursor
from app.core.secret_keys import SecretKeys

OLD, NEW = "an old key of more than 32 characters", "a new key of more than 32 characters!"
POSITION = [3, "2026-06-12T14:00:00.000001+00:00", "a", 2**62]


def cursors(
    query: str = "user_id=7&page_size=2",
    *,
    user_id: int = 1,
    path: str = "/api/v1/things",
    keys: tuple[str, ...] = (NEW,),
    **headers: str,
) -> Cursors:
    scope = {
        "type": "http",
        "path": path,
        "query_string": query.encode(),
        "headers": [
            (name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()
        ],
        "server": ("test", 80),
        "scheme": "http",
        "state": {"user_id": user_id},
        "app": SimpleNamespace(state=SimpleNamespace(secret_keys=SecretKeys(keys))),
    }
    return Cursors.of(Request(scope))


def test_a_cursor_leads_back_to_its_position() -> None:
    assert cursors().read(cursors().write(POSITION)) == POSITION


def test_the_position_is_all_that_a_cursor_tells() -> None:
    short = cursors().write(POSITION)
    assert len(short) == len(cursors("q=" + "x" * 1000).write(POSITION)) < 200


@pytest.mark.parametrize(
    "query",
    ["user_id=7&page_size=50", "user_id=7", "page=1&user_id=7", "user_id=7&cursor=other"],
)
def test_a_cursor_goes_on_at_any_page_size(query: str) -> None:
    assert cursors(query).read(cursors().write(POSITION)) == POSITION


@pytest.mark.parametrize(
    "other",
    [
        cursors("user_id=8&page_size=2"),
        cursors("page_size=2"),
        cursors("user_id=7&action=logout"),
        cursors("user_id=7&sort=id"),
        cursors(user_id=2),
        cursors(path="/api/v1/others"),
        cursors(x_site_id="3"),
        cursors(keys=(OLD,)),
    ],
    ids=["filter", "no filter", "more filters", "sort", "caller", "path", "site", "key"],
)
def test_a_cursor_of_another_question_is_refused(other: Cursors) -> None:
    with pytest.raises(InvalidCursor):
        cursors().read(other.write(POSITION))


def test_the_order_of_the_parameters_is_no_other_question() -> None:
    first, second = cursors("a=1&b=2&b=3"), cursors("b=3&a=1&b=2")
    assert first.read(second.write(POSITION)) == POSITION


def test_a_cursor_outlives_the_rotation_of_the_keys() -> None:
    before = cursors(keys=(OLD,)).write(POSITION)
    assert cursors(keys=(NEW, OLD)).read(before) == POSITION


@pytest.mark.parametrize("text", ["", "x", "A" * 43, "A" * 500, "ä", "\ud800", "=", "../..", "[]"])
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(InvalidCursor):
        cursors().read(text)


def test_no_character_of_a_cursor_can_be_changed() -> None:
    cursor = cursors().write(POSITION)
    for place in range(len(cursor) - 1):  # the last one may hold bits that mean nothing
        changed = cursor[:place] + ("A" if cursor[place] != "A" else "B") + cursor[place + 1 :]
        with pytest.raises(InvalidCursor):
            cursors().read(changed)
