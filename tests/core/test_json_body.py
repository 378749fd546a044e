"""The strict reader takes what is unambiguous JSON, and nothing that hurts."""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import BadRequest
from app.core.http.body import MAX_BODY_BYTES
from app.core.http.json_body import MAX_DEPTH, is_too_deep, read_json

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(alphabet=st.sampled_from('[]{}"\\/a\n\u2028é'))
)
DOCUMENTS = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(alphabet='[{"\\a'), inner),
    max_leaves=40,
)


def depth(value: Any) -> int:
    if not isinstance(value, list | dict):
        return 0
    members = value.values() if isinstance(value, dict) else value
    return 1 + max(map(depth, members), default=0)


def wrap(value: Any, kinds: list[bool]) -> Any:
    for is_list in kinds:
        value = [value] if is_list else {'k"[': value}
    return value


@given(DOCUMENTS, st.lists(st.booleans(), max_size=30), st.booleans())
def test_it_reads_what_the_standard_library_reads_down_to_the_depth(
    document: Any, kinds: list[bool], ascii_only: bool
) -> None:
    value = wrap(document, kinds)
    body = json.dumps(value, ensure_ascii=ascii_only, indent=1).encode()

    assert is_too_deep(body) == (depth(value) > MAX_DEPTH)
    if depth(value) <= MAX_DEPTH:
        assert read_json(body) == value


@given(st.text(alphabet='[]{}"\\,:1 a') | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_whatever_is_sent_it_reads_like_the_standard_library_or_refuses(text: str) -> None:
    body = text.encode("latin-1")
    try:
        value = read_json(body)
    except BadRequest:
        return
    assert value == json.loads(body.decode())


@pytest.mark.parametrize(
    "body",
    [
        b'{"a": 1, "a": 1}',
        b'[{"b": {"a": 1, "c": 2, "a": 3}}]',
        b'{"a": 1, "\\u0061": 2}',
        b"NaN",
        b"[Infinity]",
        b'{"a": -Infinity}',
        b"1e400",
        b"[-1e400]",
        b"9" * 5000,
        b'"\xff"',
        b'"\xed\xa0\x80"',
        b"\xef\xbb\xbf{}",
        b'"\x00"',
        b"{} {}",
        b"{",
        b" ",
        b"[1,]",
        b"'a'",
    ],
)
def test_ambiguous_or_broken_json_is_refused(body: bytes) -> None:
    with pytest.raises(BadRequest):
        read_json(body)


def test_a_lone_surrogate_is_left_to_the_schema() -> None:
    assert read_json(b'"\\ud800"') == "\ud800"


@pytest.mark.parametrize(
    "unit", [b"[", b'{"a":', b"[]", b'["]"', b'"', b'\\"', b'["\\', b"[{}", b"]", b"[[]]"]
)
def test_the_worst_of_the_allowed_size_is_judged_in_no_time(unit: bytes) -> None:
    body = unit * (MAX_BODY_BYTES // len(unit))
    started_at = time.process_time()

    with pytest.raises(BadRequest):
        read_json(body)

    assert time.process_time() - started_at < 0.5


def test_a_million_brackets_are_cheap() -> None:
    started_at = time.process_time()

    assert is_too_deep(b"[" * 1_000_000)

    assert time.process_time() - started_at < 0.5
