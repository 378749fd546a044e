"""What `--map` can say."""

import pytest

from app.imports.errors import CannotImportError
from app.imports.mapping import parse_maps

ROW = {"": "0", "a": "one", "b c": "two", "#row": "7"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("title=a", "one"),
        ("title=b c", "two"),
        ("title=", "0"),
        ("title=#row", "7"),
        ("title={a} and {b c}", "one and two"),
        ("title={a}-#row-{}", "one-7-0"),
        ("title:=a", "a"),
        ("title:=", ""),
        ("title:={a}=b:=c", "{a}=b:=c"),
        ("title:=#row", "7"),
        ("title:=file-#row/#row", "file-7/7"),
        (" title =a", "one"),
    ],
)
def test_a_field_is_made_of_columns_and_texts(text: str, value: str) -> None:
    assert parse_maps([text])["title"].of(ROW) == value


def test_the_columns_are_those_that_are_used() -> None:
    assert parse_maps(["title={a}{b c}"])["title"].columns == {"a", "b c"}
    assert not parse_maps(["title:=a"])["title"].columns


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["title"], "write field=column"),
        (["=a"], "Unknown field"),
        (["titel=a"], "did you mean title"),
        (["site_id=a"], "Unknown field"),
        (["title=a", "title=b"], "mapped already"),
    ],
)
def test_what_cannot_be_a_mapping_is_refused(texts: list[str], message: str) -> None:
    with pytest.raises(CannotImportError, match=message):
        parse_maps(texts)
