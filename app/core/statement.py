"""Statements that are written as expressions once, and then sent as they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.dialects.postgresql.asyncpg import dialect
from sqlalchemy.sql import ClauseElement

_DIALECT = dialect()  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL for the driver, and where its values go.

    Attributes:
        sql: The text, with `$1` and so on for the values.
        names: What each of those is called.
        given: The values that are part of the expression itself.
    """

    sql: str
    names: tuple[str, ...]
    given: Mapping[str, Any]

    def arguments(self, values: Mapping[str, object]) -> list[object]:
        """The values in the order of the text.

        Raises:
            KeyError: One is missing.
        """
        return [values[name] if name in values else self.given[name] for name in self.names]


def compile_statement(expression: Executable) -> Statement:
    """Turn an expression into a statement; its named parameters stay open."""
    assert isinstance(expression, ClauseElement)  # noqa: S101 - all of them are
    compiled = expression.compile(dialect=_DIALECT)
    params = compiled.params
    given = {name: value for name, value in params.items() if value is not None}
    return Statement(str(compiled), tuple(compiled.positiontup or ()), given)  # type: ignore[attr-defined]
