"""Calendars: zones, repeated events, and what is hostile in them."""

import time
from datetime import date
from pathlib import Path

import pytest

from app.imports.errors import CannotImportError
from app.imports.files import occurrences
from app.imports.files.ics_file import IcsFile
from app.imports.files.limits import FileLimits
from app.imports.files.rows import Row
from tests.imports.files.making import calendar

WINDOW = (date(2026, 1, 1), date(2027, 1, 1))

ONE = """
    UID:one@example.org
    SUMMARY:Kick-off\\, first
    DTSTART;TZID=Europe/Paris:20260612T140000
    DTEND;TZID=Europe/Paris:20260612T150000
    LOCATION:Room A
    DESCRIPTION:Line one\\nLine two
    ORGANIZER;CN=Ada Lovelace:mailto:ada@example.org
    CATEGORIES:MEETING
"""
DAILY = """
    UID:daily
    SUMMARY:Stand-up
    DTSTART;TZID=Europe/Paris:20260326T090000
    DTEND;TZID=Europe/Paris:20260326T091500
    RRULE:FREQ=DAILY;COUNT=5
"""

CUSTOM_ZONE = """BEGIN:VTIMEZONE
TZID:Our office
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0530
TZOFFSETTO:+0530
END:STANDARD
END:VTIMEZONE"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "calendar.ics"


def read(path: Path, content: bytes, **options: object) -> list[Row]:
    path.write_bytes(content)
    return list(IcsFile(path, window=WINDOW, **options).rows())  # type: ignore[arg-type]


def starts(rows: list[Row]) -> list[str]:
    return [row.values["start"] for row in rows]


def test_an_event_is_a_row_in_its_own_zone(path: Path) -> None:
    (row,) = read(path, calendar(ONE))

    assert row.values == {
        "#row": "1",
        "uid": "one@example.org",
        "summary": "Kick-off, first",
        "start": "2026-06-12T14:00:00+02:00",
        "end": "2026-06-12T15:00:00+02:00",
        "timezone": "Europe/Paris",
        "location": "Room A",
        "description": "Line one\nLine two",
        "organizer": "Ada Lovelace",
        "categories": "MEETING",
        "status": "",
    }


@pytest.mark.parametrize(
    ("line", "start", "zone"),
    [
        ("DTSTART:20260612T120000Z", "2026-06-12T12:00:00+00:00", ""),
        ("DTSTART:20260612T120000", "2026-06-12T12:00:00", ""),
        ("DTSTART;VALUE=DATE:20260612", "2026-06-12T00:00:00", ""),
        (
            "DTSTART;TZID=W. Europe Standard Time:20260612T140000",
            "2026-06-12T14:00:00+02:00",
            "Europe/Berlin",
        ),
        ("DTSTART;TZID=Our office:20260612T120000", "2026-06-12T12:00:00+05:30", ""),
    ],
)
def test_every_way_to_say_when_is_kept(path: Path, line: str, start: str, zone: str) -> None:
    (row,) = read(path, calendar(f"UID:a\n{line}", zones=CUSTOM_ZONE))

    assert (row.values["start"], row.values["timezone"]) == (start, zone)


def test_the_zone_of_the_calendar_stands_for_events_that_name_none(path: Path) -> None:
    (row,) = read(path, calendar("UID:a\nDTSTART:20260612T120000", head="X-WR-TIMEZONE:Asia/Tokyo"))

    assert row.values["timezone"] == "Asia/Tokyo"


@pytest.mark.parametrize(
    ("lines", "end"),
    [
        ("DTSTART;VALUE=DATE:20260612\nDTEND;VALUE=DATE:20260614", "2026-06-14T00:00:00"),
        ("DTSTART;VALUE=DATE:20260612", "2026-06-13T00:00:00"),
        ("DTSTART;VALUE=DATE:20260612\nDTEND;VALUE=DATE:20260612", "2026-06-13T00:00:00"),
        ("DTSTART:20260612T120000Z\nDURATION:PT90M", "2026-06-12T13:30:00+00:00"),
        ("DTSTART:20260612T120000Z", ""),
    ],
)
def test_the_end_is_that_of_the_event(path: Path, lines: str, end: str) -> None:
    (row,) = read(path, calendar(f"UID:a\n{lines}"))

    assert row.values["end"] == end


def test_a_repeated_event_keeps_its_wall_time_over_a_change_of_the_clocks(path: Path) -> None:
    rows = read(path, calendar(DAILY))

    assert starts(rows) == [
        "2026-03-26T09:00:00+01:00",
        "2026-03-27T09:00:00+01:00",
        "2026-03-28T09:00:00+01:00",
        "2026-03-29T09:00:00+02:00",
        "2026-03-30T09:00:00+02:00",
    ]
    assert rows[0].values["uid"] == "daily/20260326T080000Z"
    assert len({row.values["uid"] for row in rows}) == 5


def test_exceptions_are_moved_dropped_and_called_off(path: Path) -> None:
    moved = """
        UID:daily
        SUMMARY:Stand-up, later
        RECURRENCE-ID;TZID=Europe/Paris:20260327T090000
        DTSTART;TZID=Europe/Paris:20260327T110000
        DTEND;TZID=Europe/Paris:20260327T111500
    """
    called_off = """
        UID:daily
        STATUS:CANCELLED
        RECURRENCE-ID;TZID=Europe/Paris:20260328T090000
        DTSTART;TZID=Europe/Paris:20260328T090000
        DTEND;TZID=Europe/Paris:20260328T091500
    """
    dropped = DAILY + "    EXDATE;TZID=Europe/Paris:20260329T090000\n"
    path.write_bytes(calendar(moved, ONE, dropped, called_off))
    file = IcsFile(path, window=WINDOW)

    rows = list(file.rows())

    assert [(row.values["summary"], row.values["start"][:16]) for row in rows] == [
        ("Stand-up", "2026-03-26T09:00"),
        ("Stand-up, later", "2026-03-27T11:00"),
        ("Stand-up", "2026-03-30T09:00"),
        ("Kick-off, first", "2026-06-12T14:00"),
    ]
    assert rows[1].values["uid"] == "daily/20260327T080000Z"
    assert file.cancelled == 1


def test_an_event_that_was_called_off_is_left_out_and_counted(path: Path) -> None:
    path.write_bytes(calendar(ONE + "    STATUS:CANCELLED\n", ONE))
    file = IcsFile(path, window=WINDOW)

    assert (len(list(file.rows())), file.cancelled, file.about["cancelled"]) == (1, 1, 1)


def test_only_what_repeats_is_bound_to_the_window(path: Path) -> None:
    old = "UID:old\nSUMMARY:Long ago\nDTSTART:19990101T100000Z"
    weekly = "UID:w\nDTSTART:20200106T100000Z\nDTEND:20200106T110000Z\nRRULE:FREQ=WEEKLY"

    rows = read(path, calendar(old, weekly))

    assert starts(rows)[0] == "1999-01-01T10:00:00+00:00"
    assert (starts(rows)[1], starts(rows)[-1]) == (
        "2026-01-05T10:00:00+00:00",
        "2026-12-28T10:00:00+00:00",
    )


def test_an_event_repeats_a_thousand_times_and_what_is_left_out_is_told(path: Path) -> None:
    hourly = (
        "DTSTART:20260101T000000Z\nDTEND:20260101T003000Z\nRRULE:FREQ=DAILY;BYHOUR="
        + ",".join(map(str, range(24)))
    )

    rows = read(path, calendar(f"UID:h\nSUMMARY:Often\n{hourly}"))

    assert len(rows) == 1_001
    assert rows[-1].fault == "The event repeats more than 1,000 times: the rest is left out"
    assert rows[-1].cells[1] == "Often"


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;COUNT=10",
        "FREQ=HOURLY",
        "FREQ=DAILY;BYHOUR=1,2,3,4,5;BYMINUTE=1,2,3,4,5,6",
        "FREQ=DAILY;INTERVAL=7;BYDAY=MO",
        "FREQ=WEEKLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=NEVER",
        "FREQ=DAILY;INTERVAL=0;COUNT=x",
        "BYDAY=MO",
    ],
)
def test_a_rule_that_is_none_or_means_too_much_is_a_row_that_is_refused(
    path: Path, rule: str
) -> None:
    (row, other) = read(path, calendar(f"UID:a\nDTSTART:20260101T000000Z\nRRULE:{rule}", ONE))

    assert row.fault is not None
    assert other.fault is None


def test_rules_that_never_give_a_date_take_bounded_time(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(occurrences, "MAX_SECONDS", 0.5)
    never = "DTSTART:20260106T000000Z\nRRULE:FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30"
    started = time.monotonic()

    with pytest.raises(CannotImportError, match="took more than"):
        read(path, calendar(*(f"UID:{number}\n{never}" for number in range(1_000))))

    assert time.monotonic() - started < 30


@pytest.mark.parametrize("cut", [30, 60, 100])
def test_a_calendar_that_is_cut_off_is_refused(path: Path, cut: int) -> None:
    with pytest.raises(CannotImportError, match="cut off"):
        read(path, calendar(ONE, DAILY)[:-cut])


def test_an_event_that_cannot_be_read_is_a_row_that_is_refused(path: Path) -> None:
    rows = read(path, calendar("UID:a\nDTSTART:never", "SUMMARY:No date", ONE))

    assert [row.fault is None for row in rows] == [False, False, True]


def test_a_long_id_is_told_by_its_digest(path: Path) -> None:
    folded = "UID:" + "\r\n ".join("x" * 60 for _ in range(10))

    (row,) = read(
        path,
        calendar().replace(
            b"END:VCALENDAR",
            f"BEGIN:VEVENT\r\n{folded}\r\nDTSTART:20260101T000000Z\r\nEND:VEVENT\r\nEND:VCALENDAR".encode(),
        ),
    )

    assert row.values["uid"].startswith("sha256:")
    assert len(row.values["uid"]) <= 200


def test_events_beyond_the_most_are_refused_once_they_are_spread_out(path: Path) -> None:
    with pytest.raises(CannotImportError, match="more than 4 rows"):
        read(path, calendar(DAILY), limits=FileLimits(max_rows=4))
    with pytest.raises(CannotImportError, match="more than 1 rows"):
        read(path, calendar(ONE, ONE), limits=FileLimits(max_rows=1))


def test_an_event_without_end_is_refused(path: Path) -> None:
    with pytest.raises(CannotImportError, match="more than 1,048,576 bytes"):
        read(path, calendar("UID:a\n" + "X-A:b\n" * 200_000))
    with pytest.raises(CannotImportError, match="more than 1,048,576 bytes"):
        read(path, calendar("UID:" + "a" * 2**21))


def test_many_events_are_read_one_by_one(path: Path) -> None:
    events = [ONE.replace("one@", f"{number}@") for number in range(500)]

    assert len(read(path, calendar(*events))) == 500
