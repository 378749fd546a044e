"""One row and what the validation of the API makes of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.core.vocabulary import Role
from app.imports.dates import DateForm, date_form
from app.imports.files.rows import Row
from app.imports.mapping import column, parse_maps
from app.imports.reading import Record, Refusal, RowReader
from app.imports.sites import NamedSite, Sites
from app.tenancy.scope import SiteScope

LYON = NamedSite("lyon", "Europe/Paris", id=1)
GOOD = {
    "site": "Lyon",
    "title": "Project kickoff",
    "lead": "Ada",
    "type": "meeting",
    "start_datetime": "2026-06-12T10:00:00",
    "description": "What was said.",
}
DAYS = date_form("%d-%m-%Y", "02:30")


def read(dates: DateForm | None = None, **over: Any) -> Record | Refusal:
    values = GOOD | over
    reader = RowReader(
        fields=parse_maps([f"{name}={name}" for name in values if name != "site"]),
        site=column("site"),
        dates=dates or DateForm(),
        duration=None if "end_datetime" in values else timedelta(minutes=90),
        sites=Sites(SiteScope(user_id=1, roles={1: Role.EDITOR}), [LYON]),
    )
    return reader.read(Row(1, "1", [*values.values()], values))


def content(*args: Any, **over: Any) -> dict[str, object]:
    found = read(*args, **over)
    assert isinstance(found, Record)
    return found.content


def reasons(*args: Any, **over: Any) -> dict[str, str]:
    found = read(*args, **over)
    assert isinstance(found, Refusal)
    return dict(found.reasons)


def test_times_are_wall_times_of_the_site_and_the_end_is_the_duration_later() -> None:
    found = content()

    assert found["timezone"] == "Europe/Paris"
    assert found["start_datetime"] == datetime(2026, 6, 12, 8, tzinfo=UTC)
    assert found["end_datetime"] == datetime(2026, 6, 12, 9, 30, tzinfo=UTC)


def test_a_mapped_zone_goes_before_that_of_the_site() -> None:
    found = content(timezone="Asia/Tokyo")

    assert found["start_datetime"] == datetime(2026, 6, 12, 1, tzinfo=UTC)


def test_a_duration_is_real_time_also_when_clocks_change_in_between() -> None:
    found = content(date_form("%d-%m-%Y", "01:30"), start_datetime="29-03-2026")

    assert found["end_datetime"] == datetime(2026, 3, 29, 2, tzinfo=UTC)


def test_a_mapped_end_is_read_in_the_same_form() -> None:
    found = content(DAYS, start_datetime="12-06-2026", end_datetime="13-06-2026")

    assert found["end_datetime"] == datetime(2026, 6, 13, 0, 30, tzinfo=UTC)


def test_texts_are_cleaned_and_kept_as_they_were_written() -> None:
    found = content(title="<b>Kick-off</b>\t & \u00ad more", location=" ", notes="<script>")

    assert found["title"] == "<b>Kick-off</b> & \u00ad more"
    assert found["location"] is None
    assert found["notes"] == "<script>"


@pytest.mark.parametrize(
    ("over", "field", "reason"),
    [
        ({"title": "DSA"}, "title", "Title must be between 5 and 100 characters (too short)"),
        ({"title": "x" * 101}, "title", "Title must be between 5 and 100 characters (too long)"),
        ({"title": " \u200b "}, "title", "Title is required"),
        ({"title": "a\x00bcdef"}, "title", "Title contains a character"),
        ({"lead": ""}, "lead", "Lead is required"),
        ({"location": "x" * 201}, "location", "Location must be at most 200"),
        ({"type": "PARTY"}, "type", "Type must be one of MEETING"),
        ({"description": ""}, "description", "Description is required"),
        ({"timezone": "Mars/Base"}, "timezone", "Time zone must be an IANA time zone"),
        ({"start_datetime": ""}, "start_datetime", "Start date is required"),
        ({"start_datetime": "12-06-2026"}, "start_datetime", "Start date must be a date and time"),
        ({"start_datetime": "0001-01-01T00:00:00"}, "start_datetime", "between 1970 and 2100"),
        ({"start_datetime": "9999-12-31T23:59:59"}, "start_datetime", "between 1970 and 2100"),
        ({"end_datetime": "2026-06-12T09:00:00"}, "end_datetime", "must be after start date"),
        ({"external_id": "x" * 201}, "external_id", "External id must be at most 200"),
        ({"site": ""}, "site", "Site is required"),
        ({"site": "Paris"}, "site", "This site is not one of yours"),
        ({"site": "\x00"}, "site", "This site is not one of yours"),
    ],
)
def test_what_the_api_refuses_is_refused_with_its_reason(
    over: dict[str, str], field: str, reason: str
) -> None:
    found = reasons(**over)

    assert found.keys() == {field}
    assert reason in found[field]


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        ("31-02-2020", "Start date must be a date of the form %d-%m-%Y"),
        ("2026-06-12T10:00:00", "Start date must be a date of the form %d-%m-%Y"),
        ("29-03-2026", "Start date does not exist in Europe/Paris"),
        ("25-10-2026", "Start date happens twice in Europe/Paris"),
    ],
)
def test_a_day_that_is_none_and_an_hour_that_the_clocks_skip_or_repeat_are_refused(
    day: str, reason: str
) -> None:
    found = reasons(DAYS, start_datetime=day)

    assert found.keys() == {"start_datetime"}
    assert found["start_datetime"].startswith(reason)


def test_all_that_is_wrong_is_told_at_once() -> None:
    assert reasons(site="", title="", lead="").keys() == {"site", "title", "lead"}


def test_a_site_is_found_whatever_the_case() -> None:
    found = read(site="  LYON ")

    assert isinstance(found, Record)
    assert found.site is LYON
