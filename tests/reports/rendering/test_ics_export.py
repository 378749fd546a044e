"""An export as a calendar, read back by a library that knows nothing of how it was written."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from app.models import Site, User
from app.reports.kinds import ReportFormat, ReportKind
from app.reports.rendering.ics.content import MOST_OCTETS, lines_of, text_of
from tests.factories import Make
from tests.reports.rendering.conftest import Made
from tests.reports.rendering.summaries import HOSTILE

START = datetime(2026, 6, 12, 14, tzinfo=UTC)


@pytest.fixture
async def site(make: Make) -> Site:
    return await make.site()


@pytest.fixture
async def user(make: Make, site: Site) -> User:
    return await make.member(site)


async def exported(made: Made, user: User, *sites: Site, title: str = "A report") -> bytes:
    """What there is at some sites, as a calendar."""
    path = await made(ReportKind.INTERACTION_EXPORT, ReportFormat.ICS, user, *sites, title=title)
    return path.read_bytes()


async def test_an_event_is_an_interaction(make: Make, made: Made, site: Site, user: User) -> None:
    row = await make.interaction(
        site, user, start_datetime=START, end_datetime=START + timedelta(hours=1), notes="More."
    )

    calendar = Calendar.from_ical(await exported(made, user, site, title="Mine; all, of it"))

    (event,) = calendar.walk("VEVENT")
    assert calendar["X-WR-CALNAME"] == text_of("Mine; all, of it")
    assert event["UID"] == f"interaction-{row.id}@{site.id}.interactions"
    assert event.decoded("DTSTART") == datetime(2026, 6, 12, 16, tzinfo=ZoneInfo("Europe/Paris"))
    assert event["DTSTART"].params["TZID"] == "Europe/Paris"
    assert event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(hours=1)
    assert (event["SUMMARY"], event["LOCATION"]) == ("Project kickoff", "Room A")
    assert (event["STATUS"], event["CONTACT"]) == ("CONFIRMED", "John Smith")
    assert event["DESCRIPTION"] == "What was said.\n\nMore."
    assert event.decoded("LAST-MODIFIED") == row.updated_at.replace(microsecond=0)
    assert event["SEQUENCE"] == 0


async def test_an_event_stays_the_same_until_it_is_changed(
    make: Make, made: Made, site: Site, user: User
) -> None:
    await make.interaction(site, user)

    assert await exported(made, user, site) == await exported(made, user, site)


async def test_each_zone_is_explained_once_and_before_it_is_used(
    make: Make, made: Made, site: Site, user: User
) -> None:
    zones = ["Europe/Paris", "Asia/Tokyo", "UTC", "Europe/Paris", "US/Eastern"]
    for number, zone in enumerate(zones):
        start = START + timedelta(days=number)
        end = start + timedelta(hours=1)
        await make.interaction(site, user, timezone=zone, start_datetime=start, end_datetime=end)

    text = await exported(made, user, site)

    calendar = Calendar.from_ical(text)
    explained = [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")]
    assert explained == ["Europe/Paris", "Asia/Tokyo", "US/Eastern"]
    starts = [event.decoded("DTSTART") for event in calendar.walk("VEVENT")]
    assert starts == [START + timedelta(days=number) for number in range(len(zones))]
    assert text.index(b"TZID:US/Eastern") < text.index(b"DTSTART;TZID=US/Eastern")
    assert b"DTSTART:20260614T140000Z" in text


async def test_what_comes_after_the_known_rules_of_zones_is_in_utc(
    make: Make, made: Made, site: Site, user: User
) -> None:
    start = datetime(2050, 6, 1, 12, tzinfo=UTC)
    end = start + timedelta(milliseconds=1)
    await make.interaction(site, user, start_datetime=start, end_datetime=end)

    text = await exported(made, user, site)

    assert b"DTSTART:20500601T120000Z\r\nDTEND:20500601T120001Z" in text


async def test_no_interactions_are_a_calendar_too(made: Made, site: Site, user: User) -> None:
    calendar = Calendar.from_ical(await exported(made, user, site))

    assert calendar["VERSION"] == "2.0"
    assert calendar.walk("VEVENT") == []


async def test_confidential_notes_are_not_there(
    make: Make, made: Made, site: Site, user: User
) -> None:
    await make.interaction(site, user, sealed_notes=b"sealed canary")

    assert b"canary" not in await exported(made, user, site)


@pytest.mark.parametrize("text", [*HOSTILE, "a\r\nEND:VCALENDAR", "a\\N b", "\\;,:\"'"])
def test_hostile_texts_come_back_as_they_were(text: str) -> None:
    assert read_back(text) == cleaned(text)


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=300))
def test_any_text_comes_back_as_it_was(text: str) -> None:
    lines = lines_of([f"SUMMARY:{text_of(text)}"])

    assert max(map(len, lines.split(b"\r\n"))) <= MOST_OCTETS
    for line in lines.split(b"\r\n"):
        line.decode()  # no character is cut in two
    assert read_back(text) == text


def read_back(text: str) -> str:
    """A text as it comes out of a calendar."""
    lines = ["BEGIN:VEVENT", f"SUMMARY:{text_of(text)}", "END:VEVENT"]
    return str(Calendar.from_ical(lines_of(lines))["SUMMARY"])


def cleaned(text: str) -> str:
    """A text without the control characters that calendars cannot hold."""
    return text.replace("\r\n", "\n").replace("\x07", "").replace("\x1b", "")
