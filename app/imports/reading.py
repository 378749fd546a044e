"""From a row of the file to the content of an interaction, by the validation of the API."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from pydantic import ValidationError, ValidationInfo, field_validator

from app.core.http.validation import model_refusal
from app.imports.dates import DateForm
from app.imports.files.rows import Row
from app.imports.mapping import Value
from app.imports.sites import NamedSite, Sites
from app.imports.words import type_of
from app.interactions import rules
from app.interactions.schemas import InteractionContent

_FILLED = frozenset({"timezone", "end_datetime"})
_LENGTHS = {"string_too_short": "too short", "string_too_long": "too long"}


class ImportedContent(InteractionContent):
    """An interaction whose dates have the file's own form, and whose end may be a duration."""

    @field_validator("start_datetime", "end_datetime", mode="before")
    @classmethod
    def _read(cls, value: object, info: ValidationInfo) -> object:
        if isinstance(value, timedelta):
            return _end(info.data.get("start_datetime"), value)
        form = cast("DateForm", info.context)
        return form.read(value) if isinstance(value, str) else value

    @field_validator("type", mode="before")
    @classmethod
    def _read_type(cls, value: object) -> object:
        return (type_of(value) or value) if isinstance(value, str) else value


def _end(start: datetime | None, duration: timedelta) -> datetime:
    # Without a start the row is refused for that; one fault is not told twice.
    return rules.FIRST_MOMENT if start is None else start + duration


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that is not written, and the reason by field."""

    row: Row
    reasons: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Record:
    """A row that can be written: its site, and the content as columns of the table."""

    row: Row
    site: NamedSite
    content: dict[str, object]

    @property
    def external_id(self) -> str | None:
        """The key that the row has in the system it comes from."""
        found = self.content["external_id"]
        return None if found is None else str(found)


@dataclass(frozen=True, slots=True)
class RowReader:
    """Reads rows as they were mapped.

    Attributes:
        fields: The value of each mapped field.
        site: The name of the site.
        dates: How dates are written.
        duration: From start to end, where the file has no end.
        sites: Those that rows may be written to.
        zone: Of times without an offset, where none is mapped; else each site's own.
    """

    fields: Mapping[str, Value]
    site: Value
    dates: DateForm
    duration: timedelta | None
    sites: Sites
    zone: str | None = None

    def read(self, row: Row) -> Record | Refusal:
        """The record, or all the reasons why there is none."""
        if row.fault is not None:
            return Refusal(row, {"": row.fault})
        site = self.sites.find(self.site.of(row.values))
        values: dict[str, object] = {"timezone": self.zone or site.timezone}
        if self.duration is not None:
            values["end_datetime"] = self.duration
        for name, value in self.fields.items():
            text = value.of(row.values)
            # Of these two a blank is no fault where something else is known.
            if name not in _FILLED or name not in values or text.strip():
                values[name] = text
        try:
            content = ImportedContent.model_validate(values, context=self.dates)
        except ValidationError as error:
            return Refusal(row, site.reasons | _reasons(error))
        if site.reasons:
            return Refusal(row, site.reasons)
        return Record(row, site, content.model_dump())


def _reasons(error: ValidationError) -> dict[str, str]:
    """The sentences of the API; where both lengths are named, also which one it was."""
    details = model_refusal(ImportedContent, error).details or {}
    reasons = {name: str(sentence) for name, sentence in details.items()}
    for one in error.errors(include_url=False):
        name = str(one["loc"][0])
        hint = _LENGTHS.get(one["type"])
        if hint and " between " in reasons[name]:
            reasons[name] += f" ({hint})"
    return reasons
