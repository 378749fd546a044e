"""Which column becomes which field: what `--map` says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from app.core.http.suggestions import unknown_name
from app.imports.errors import CannotImportError
from app.imports.files.rows import ROW_NUMBER
from app.interactions.schemas import InteractionContent

FIELDS = frozenset(InteractionContent.model_fields)

_MAP = re.compile(r"(?P<field>[^:=]*)(?P<sign>:?=)(?P<value>.*)", re.DOTALL)
_CELL = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one column."""

    column: str


@dataclass(frozen=True, slots=True)
class Value:
    """Texts and cells, put together for each row.

    Attributes:
        parts: What is put together.
        default: What stands for it where that is blank.
    """

    parts: tuple[str | Cell, ...]
    default: str = ""

    @property
    def columns(self) -> frozenset[str]:
        """The columns that it takes from."""
        return frozenset(part.column for part in self.parts if isinstance(part, Cell))

    def of(self, values: Mapping[str, str]) -> str:
        """The value for a row."""
        text = "".join(
            values[part.column] if isinstance(part, Cell) else part for part in self.parts
        )
        return text if text.strip() else self.default or text


def column(name: str) -> Value:
    """The cell of a column as it is."""
    return Value((Cell(name),))


def constant(text: str) -> Value:
    """The same text for each row, but for the row's number."""
    numbered = [part for text in text.split(ROW_NUMBER) for part in (text, Cell(ROW_NUMBER))]
    return Value(tuple(part for part in numbered[:-1] if part))


def parse_maps(texts: list[str]) -> dict[str, Value]:
    """The value of each field.

    Raises:
        CannotImportError: One cannot be read, is of an unknown field, or of one named before.
    """
    fields: dict[str, Value] = {}
    for text in texts:
        found = _MAP.fullmatch(text)
        if found is None:
            raise CannotImportError(f"--map {text}: write field=column or field:=constant")
        name = found["field"].strip()
        if name not in FIELDS:
            raise CannotImportError(f"--map {text}: {unknown_name('field', name, FIELDS)}")
        if name in fields:
            raise CannotImportError(f"--map {text}: {name} is mapped already")
        is_constant = found["sign"] == ":="
        fields[name] = constant(found["value"]) if is_constant else template(found["value"])
    return fields


def template(text: str) -> Value:
    """A column, or several put together: `{a}, {b}`."""
    if not _CELL.search(text):
        return column(text)
    parts: list[str | Cell] = []
    # Of what split() gives, every second one is what the group caught.
    for place, part in enumerate(_CELL.split(text)):
        parts.extend([Cell(part)] if place % 2 else constant(part).parts)
    return Value(tuple(parts))
