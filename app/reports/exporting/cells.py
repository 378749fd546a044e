"""Cells that no spreadsheet takes for a formula, written by the database."""

from typing import Any

from sqlalchemy import ColumnElement, case, func, literal_column
from sqlalchemy.types import Integer, String

BLANKS = " \N{NO-BREAK SPACE}\N{IDEOGRAPHIC SPACE}"
"""What a spreadsheet may skip before it looks at the first character of a cell."""

DANGEROUS = (
    "=+-@\t\r\n"
    "\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}"
    "\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}"
)
"""With what a formula begins, or what leads to a cell that begins with one."""


def harmless(text: ColumnElement[Any]) -> ColumnElement[Any]:
    """A text with an apostrophe before it where a spreadsheet would begin to compute."""
    first = func.left(func.ltrim(text, _literal(BLANKS)), 1)
    # Nothing is found everywhere, and an empty text is no formula.
    is_dangerous = (func.strpos(_literal(DANGEROUS), first) > 0) & (first != "")
    # Nearly all texts begin with a letter, which is seen at a tenth of the cost.
    return case(
        (func.ascii(text).between(_code("A"), _code("z")), text),
        (is_dangerous, _literal("'") + text),
        else_=text,
    )


def moment(value: ColumnElement[Any]) -> ColumnElement[Any]:
    """A point in time in UTC, as the API writes it, to the second."""
    return func.to_char(value, _literal('YYYY-MM-DD"T"HH24:MI:SS"Z"'), type_=String())


def _literal(text: str) -> ColumnElement[str]:
    """A text of ours within the SQL, so that it is worked out once and for all rows."""
    return literal_column("'" + text.replace("'", "''") + "'", String())


def _code(letter: str) -> ColumnElement[int]:
    return literal_column(str(ord(letter)), Integer())
