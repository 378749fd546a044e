"""Dates in the forms that files have."""

from datetime import datetime, time

import pytest
from pydantic_core import PydanticCustomError

from app.imports.dates import date_form
from app.imports.errors import CannotImportError


@pytest.mark.parametrize(
    ("form", "time_of_day", "text", "moment"),
    [
        ("%d-%m-%Y", "09:00", " 27-10-2021 ", "2021-10-27T09:00"),
        (None, "17:30", "2021-10-27", "2021-10-27T17:30"),
        ("%d.%m.%y %H:%M", None, "27.10.21 08:15", "2021-10-27T08:15"),
        ("%Y%m%dT%H%M%z", None, "20211027T0815+0000", "2021-10-27T08:15Z"),
    ],
)
def test_a_date_is_read_in_its_form(
    form: str | None, time_of_day: str | None, text: str, moment: str
) -> None:
    assert date_form(form, time_of_day).read(text) == datetime.fromisoformat(moment)


def test_without_a_form_it_is_left_to_the_validation_of_the_api() -> None:
    assert date_form(None, None).read("2021-10-27T08:15:00Z") == "2021-10-27T08:15:00Z"


def test_a_blank_is_left_to_the_validation_of_the_api() -> None:
    assert date_form("%d-%m-%Y", "09:00").read(" ") == " "


@pytest.mark.parametrize("text", ["31-02-2020", "2020-02-01", "1-2", "x", "01-02-2020 10:00"])
def test_another_form_and_a_day_that_is_none_are_refused(text: str) -> None:
    with pytest.raises(PydanticCustomError, match="of the form %d-%m-%Y"):
        date_form("%d-%m-%Y", "09:00").read(text)


@pytest.mark.parametrize(
    ("form", "time_of_day", "message"),
    [
        ("%d-%m-%Y", None, "add a time"),
        ("%d-%m-%Y %H:%M", "09:00", "has a time"),
        ("%H:%M", None, "does not give a day"),
        ("%Y-%m", "09:00", "does not give a day"),
        ("%Q", "09:00", "does not give a day"),
        ("day", "09:00", "does not give a day"),
        (None, "25:00", "write it as 09:00"),
        (None, "9", "write it as 09:00"),
    ],
)
def test_a_form_that_is_of_no_use_is_refused_before_any_row(
    form: str | None, time_of_day: str | None, message: str
) -> None:
    with pytest.raises(CannotImportError, match=message):
        date_form(form, time_of_day)


def test_midnight_is_a_time_of_day() -> None:
    assert date_form(None, "00:00").time_of_day == time()
