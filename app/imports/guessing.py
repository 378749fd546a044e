"""What the columns of a file mean, guessed by their names and by what is in them."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from app.core.moments import parse_datetime
from app.core.vocabulary import FileKind
from app.imports.date_forms import date_forms_of
from app.imports.files.rows import Row
from app.imports.mapping import FIELDS
from app.imports.schemas import ImportMapping, Source
from app.imports.sites import Sites
from app.imports.words import COLUMNS, TIME_COLUMNS, letters_of, type_of

SAMPLE_ROWS = 200
USUAL_TIME, USUAL_MINUTES = "09:00", 60

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_CALENDAR = ImportMapping(
    fields={
        "title": Source(column="summary"),
        "type": Source(column="categories", default="MEETING"),
        "lead": Source(column="organizer"),
        "start_datetime": Source(column="start"),
        "end_datetime": Source(column="end"),
        "timezone": Source(column="timezone"),
        "location": Source(column="location"),
        "description": Source(column="description", default="-"),
        "external_id": Source(column="uid"),
    },
    duration_minutes=USUAL_MINUTES,
)


@dataclass(frozen=True, slots=True)
class Guess:
    """A mapping, and what is worth saying about it."""

    mapping: ImportMapping
    notes: list[str] = field(default_factory=list)


def guess(kind: FileKind, header: list[str], rows: Sequence[Row], sites: Sites) -> Guess:
    """The mapping of a file whose header and first rows these are."""
    if kind is FileKind.ICS:
        return Guess(_CALENDAR)
    found = _Columns(header, rows)
    for name in sorted(COLUMNS, key=_order):
        found.take_by_name(name)
    found.take_by_content("site", lambda text: sites.is_known(text.strip().lower()))
    found.take_by_content("type", lambda text: type_of(text) is not None)
    found.take_by_content("start_datetime", _is_moment)
    found.take_by_content("lead", lambda text: bool(_EMAIL.fullmatch(text.strip())))
    return _mapping(found)


def _is_moment(text: str) -> bool:
    return bool(
        parse_datetime(text.strip()) or _DAY.fullmatch(text.strip()) or date_forms_of([text])
    )


def _order(name: str) -> tuple[bool, str]:
    # What is named for its field goes first to the fields whose words mean little else.
    return (name in {"external_id", "type", "site"}, name)


class _Columns:
    """The columns that are not yet taken, with samples of what is in them."""

    def __init__(self, header: list[str], rows: Sequence[Row]) -> None:
        once = [name for name in header if header.count(name) == 1]
        self.samples = {
            name: [row.values[name] for row in rows if row.values and row.values[name].strip()]
            for name in once
        }
        self.letters = {name: letters_of(name) for name in once}
        self.taken: dict[str, str] = {}

    def take_by_name(self, field_name: str) -> None:
        words = [letters_of(field_name), *map(letters_of, COLUMNS[field_name].split())]
        free = self.free()
        ranked = [
            (words.index(self.letters[name]), name) for name in free if self.letters[name] in words
        ]
        if ranked:
            self.taken[field_name] = min(ranked)[1]

    def take_by_content(self, field_name: str, fits: Callable[[str], bool]) -> None:
        if field_name in self.taken:
            return
        for name in self.free():
            texts = self.samples[name]
            if texts and sum(map(fits, texts)) >= 0.9 * len(texts):
                self.taken[field_name] = name
                return

    def free(self) -> list[str]:
        return [name for name in self.letters if name not in self.taken.values()]

    def time_column(self) -> str | None:
        return next((name for name in self.free() if self.letters[name] in TIME_COLUMNS), None)


def _mapping(found: _Columns) -> Guess:
    notes: list[str] = []
    fields = {name: Source(column=column) for name, column in found.taken.items() if name in FIELDS}
    site = found.taken.get("site")
    mapping = ImportMapping(fields=fields, site=Source(column=site) if site is not None else None)
    if "start_datetime" in fields:
        _guess_dates(mapping, found, notes)
    if "end_datetime" not in fields:
        mapping.duration_minutes = USUAL_MINUTES
        notes.append(f"There is no end: {USUAL_MINUTES} minutes were taken")
    return Guess(mapping, notes)


def _guess_dates(mapping: ImportMapping, found: _Columns, notes: list[str]) -> None:
    samples = [
        text
        for name in ("start_datetime", "end_datetime")
        if name in found.taken
        for text in found.samples[found.taken[name]]
    ]
    if samples and all(parse_datetime(text.strip()) for text in samples):
        return
    if (time := found.time_column()) is not None and "end_datetime" not in found.taken:
        start = found.taken["start_datetime"]
        together = list(zip(found.samples[start], found.samples[time], strict=False))
        samples = [f"{day} {hour}" for day, hour in together]
        mapping.fields["start_datetime"] = Source(template=f"{{{start}}} {{{time}}}")
        if samples and all(parse_datetime(text.strip()) for text in samples):
            return
    if not samples:
        return
    if all(_DAY.fullmatch(text.strip()) or parse_datetime(text.strip()) for text in samples):
        _take_usual_time(mapping, notes)
        return
    forms = date_forms_of(samples)
    if not forms:
        notes.append("The form of the dates could not be told: set date_format")
        return
    mapping.date_format = forms[0]
    if any(form.startswith("%m/") for form in forms[1:]):
        notes.append("The dates could have the day or the month first: the day was taken")
    if "%H" not in forms[0] and "%I" not in forms[0]:
        _take_usual_time(mapping, notes)


def _take_usual_time(mapping: ImportMapping, notes: list[str]) -> None:
    mapping.time = USUAL_TIME
    notes.append(f"The dates have no time of day: {USUAL_TIME} was taken")


def missing_fields(mapping: ImportMapping, required: Collection[str]) -> list[str]:
    """The fields that every interaction needs and the mapping does not say."""
    given = {*mapping.fields, "timezone"}
    if mapping.duration_minutes is not None:
        given.add("end_datetime")
    return [name for name in required if name not in given]
