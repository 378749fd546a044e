"""Statements are written once, and their values go where the text says."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
from sqlalchemy import ARRAY, Integer, String, bindparam, func, literal, select
from sqlalchemy.engine import make_url

from app.core.statement import compile_statement

HOSTILE = "'; DROP TABLE thing; -- $1 :one %s %(one)s"

ONE = bindparam("one", type_=Integer())
TWO = bindparam("two", type_=String())


@pytest.fixture
async def driver(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection without anything above the driver."""
    parts = make_url(database_url)
    connection = await asyncpg.connect(
        host=parts.query["host"], user=parts.username, database=parts.database
    )
    yield connection
    await connection.close()


def test_the_values_come_in_the_order_of_the_text() -> None:
    statement = compile_statement(select(TWO.label("a"), ONE.label("b")))

    assert statement.sql.index("$1") < statement.sql.index("$2")
    assert statement.arguments({"one": 1, "two": "b"}) == ["b", 1]
    assert statement.arguments({"two": "b", "one": 1, "not asked for": 3}) == ["b", 1]


def test_a_name_that_stands_twice_is_sent_once() -> None:
    statement = compile_statement(select((ONE + ONE).label("twice")))

    assert statement.arguments({"one": 21}) == [21]


def test_what_the_expression_holds_itself_need_not_be_given() -> None:
    statement = compile_statement(select(literal(7).label("a"), TWO.label("b")))

    assert statement.arguments({"two": "b"}) == [7, "b"]


def test_a_missing_value_is_an_error_before_anything_is_sent() -> None:
    statement = compile_statement(select(ONE, TWO))

    with pytest.raises(KeyError, match="two"):
        statement.arguments({"one": 1})


def test_a_value_may_be_none() -> None:
    assert compile_statement(select(TWO)).arguments({"two": None}) == [None]


def test_no_value_is_ever_in_the_text() -> None:
    statement = compile_statement(select(literal(HOSTILE), TWO))

    assert HOSTILE not in statement.sql
    assert statement.arguments({"two": HOSTILE}) == [HOSTILE, HOSTILE]


async def test_the_database_reads_each_value_where_it_belongs(driver: asyncpg.Connection) -> None:
    many = bindparam("many", type_=ARRAY(Integer()))
    statement = compile_statement(
        select(
            TWO.label("text"),
            (ONE + 1).label("next"),
            func.cardinality(many).label("how_many"),
            literal(HOSTILE).label("held"),
            (ONE * 2).label("double"),
        )
    )

    values = {"one": 20, "two": HOSTILE, "many": [1, 2, 3]}
    (row,) = await driver.fetch(statement.sql, *statement.arguments(values))

    assert dict(row) == {
        "text": HOSTILE,
        "next": 21,
        "how_many": 3,
        "held": HOSTILE,
        "double": 40,
    }
