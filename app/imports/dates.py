"""How the file writes its dates."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time

from pydantic_core import PydanticCustomError

from app.imports.errors import CannotImportError

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_SAMPLE = datetime(2001, 12, 31, 23, 58, 59, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DateForm:
    """A form of `strptime`, and the time of day where it has none.

    Attributes:
        form: None for RFC 3339, as the API takes it.
        time_of_day: What is added to a day without one.
    """

    form: str | None = None
    time_of_day: time | None = None

    def read(self, text: str) -> datetime | str:
        """The moment; a text that is left as it is gets read as the API reads it.

        Raises:
            PydanticCustomError: It does not have the form.
        """
        if not text.strip() or (self.form is None and self.time_of_day is None):
            return text
        try:
            if self.form is None:
                if not _DAY.fullmatch(text.strip()):
                    return text
                moment = datetime.fromisoformat(text.strip())
            else:
                # Without an offset in the file it is wall time, whose zone is applied later.
                moment = datetime.strptime(text.strip(), self.form)  # noqa: DTZ007
        except ValueError:
            raise PydanticCustomError(
                "date_form",
                "{label} must be a date of the form {form}",
                {"form": self.form or "2026-06-12"},
            ) from None
        if self.time_of_day is None:
            return moment
        return datetime.combine(moment.date(), self.time_of_day, moment.tzinfo)


def date_form(form: str | None, time_of_day: str | None) -> DateForm:
    """Check what was asked for.

    Raises:
        CannotImportError: The form gives no date, or the time of day is missing or too much.
    """
    if form is None and time_of_day is None:
        return DateForm()
    if form is None:
        return DateForm(None, _read_time(time_of_day or ""))
    if _has_time(form) != (time_of_day is None):
        fault = "has no time in it: add a time, HH:MM" if time_of_day is None else "has a time"
        raise CannotImportError(f"The date format {form} {fault}")
    return DateForm(form, None if time_of_day is None else _read_time(time_of_day))


def _has_time(form: str) -> bool:
    try:
        back = datetime.strptime(_SAMPLE.strftime(form), form)  # noqa: DTZ007
    except ValueError:
        back = None
    if back is None or back.date() != _SAMPLE.date():
        raise CannotImportError(
            f"The date format {form} does not give a day, such as %d-%m-%Y does"
        )
    return back.time() != time()


def _read_time(text: str) -> time:
    try:
        return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - a wall time
    except ValueError:
        raise CannotImportError(f"The time {text}: write it as 09:00") from None
