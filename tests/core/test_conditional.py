"""Entity tags: what a client names as known, and what makes a tag another one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from app.core.http.conditional import is_known, weak_etag

TAG = 'W/"abc"'

parts = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=8,
)


def asking(*lines: str, method: str = "GET") -> Request:
    """A request with these lines of If-None-Match."""
    headers = [(b"if-none-match", line.encode("latin-1")) for line in lines]
    return Request({"type": "http", "method": method, "headers": headers})


@pytest.mark.parametrize(
    "line",
    [
        'W/"abc"',
        '"abc"',  # a weak comparison: the mark does not count
        ' "abc" ',
        '"x", W/"abc"',
        '"x",W/"y","abc"',
        '"abc", "abc"',
        ',, "abc",',
        "*",
        " * ",
    ],
)
def test_a_tag_is_known(line: str) -> None:
    assert is_known(asking(line), TAG)
    assert is_known(asking(line), '"abc"')


@pytest.mark.parametrize(
    "line",
    [
        *("", '""', "abc", 'W/abc"', '"ABC"', '"abcd"', '"ab"', 'w/"abc"', 'W/W/"abc"x', '"*"'),
        *('"abc" "x"', "'abc'", '"abc";q=1', 'W/ "abc"', "**", "\xff", '"W/"abc""'),
    ],
)
def test_a_tag_is_not_known(line: str) -> None:
    assert not is_known(asking(line), TAG)


@pytest.mark.parametrize("lines", [['"x"', TAG], [TAG, '"x"'], ['"x", "y"', '"abc"'], ["", "*"]])
def test_tags_may_be_named_in_several_lines(lines: list[str]) -> None:
    assert is_known(asking(*lines), TAG)
    assert is_known(asking(*lines, method="HEAD"), TAG)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_only_who_reads_can_know_the_answer(method: str) -> None:
    assert not is_known(asking(TAG, method=method), TAG)
    assert not is_known(asking("*", method=method), TAG)


def test_who_names_none_knows_none() -> None:
    assert not is_known(asking(), TAG)


def test_a_tag_is_weak_and_can_stand_in_a_header() -> None:
    tag = weak_etag(1, "\U0001f600\r\n", [None], b"\xff")

    assert tag.startswith('W/"')
    assert tag.endswith('"')
    assert tag.isascii()
    assert not set(tag[3:-1]) & set('",\\ \r\n')


@given(one=st.lists(parts, max_size=4), other=st.lists(parts, max_size=4))
def test_two_tags_are_the_same_if_all_that_they_stand_for_is(
    one: list[object], other: list[object]
) -> None:
    assert (weak_etag(*one) == weak_etag(*other)) == (repr(one) == repr(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (["ab", "c"], ["a", "bc"]),
        (["a", "b"], ["a,b"]),
        ([["a"], "b"], [["a", "b"]]),
        ([1], ["1"]),
        ([None], ["null"]),
        ([[(1, "viewer")]], [[(1, "editor")]]),
    ],
)
def test_parts_cannot_be_taken_for_each_other(one: list[object], other: list[object]) -> None:
    assert weak_etag(*one) != weak_etag(*other)
