"""What each field of an interaction takes."""

import pytest

from tests.desk import Desk, refused_fields
from tests.factories import body

REQUIRED = {
    "title": "Title is required",
    "type": "Type is required",
    "lead": "Lead is required",
    "start_datetime": "Start date is required",
    "end_datetime": "End date is required",
    "timezone": "Time zone is required",
    "description": "Description is required",
}


async def test_every_missing_field_is_reported_at_once(desk: Desk) -> None:
    response = await desk.client.post("/interactions", json={})

    assert refused_fields(response) == REQUIRED


@pytest.mark.parametrize("blank", ["", "   ", "\t\n", "\u00a0\u2003", "\u200b", None])
async def test_a_blank_counts_as_missing(blank: str | None, desk: Desk) -> None:
    response = await desk.client.post("/interactions", json=dict.fromkeys(REQUIRED, blank))

    assert refused_fields(response) == REQUIRED


async def test_every_wrong_field_is_reported_at_once(desk: Desk) -> None:
    wrong = body(
        title="Four",
        type="PARTY",
        lead="x" * 101,
        timezone="Mars/Base",
        start_datetime="tomorrow",
        end_datetime=17,
        location="x" * 201,
        description="x" * 20_001,
        notes="x" * 20_001,
        external_id="x" * 201,
    )

    details = refused_fields(await desk.client.post("/interactions", json=wrong))

    assert details.keys() == wrong.keys()
    assert details["title"] == "Title must be between 5 and 100 characters"
    assert details["lead"] == "Lead must be between 1 and 100 characters"
    assert "SITE_VISIT" in details["type"]
    assert "IANA" in details["timezone"]


async def test_a_field_and_the_order_of_the_dates_are_reported_together(desk: Desk) -> None:
    wrong = body(title="Four", end_datetime="2026-06-12T13:00:00Z")

    assert refused_fields(await desk.client.post("/interactions", json=wrong)) == {
        "title": "Title must be between 5 and 100 characters",
        "end_datetime": "End date must be after start date",
    }


@pytest.mark.parametrize(
    ("field", "longest"),
    [("title", 100), ("lead", 100), ("location", 200), ("external_id", 200)],
)
async def test_lengths_are_counted_in_characters(field: str, longest: int, desk: Desk) -> None:
    # A letter outside the first plane is one character; two code points that compose are one.
    accepted = "\U0001d4d0" * (longest - 1) + "e\u0301"

    created = await desk.create(**{field: accepted})
    response = await desk.client.post("/interactions", json=body(**{field: accepted + "x"}))

    assert created[field] == "\U0001d4d0" * (longest - 1) + "\u00e9"
    assert refused_fields(response).keys() == {field}


async def test_long_texts_have_room(desk: Desk) -> None:
    created = await desk.create(description="\u00e9" * 20_000, notes="n" * 20_000)

    assert len(created["description"]) == len(created["notes"]) == 20_000


async def test_text_is_normalised_and_trimmed(desk: Desk) -> None:
    created = await desk.create(title="  Cafe\u0301  bar\t\n x ", lead=" Ann \u00a0 Lee ")

    assert created["title"] == "Caf\u00e9 bar x"
    assert created["lead"] == "Ann Lee"


async def test_lines_are_kept_where_there_may_be_lines(desk: Desk) -> None:
    text = "First\n\n  second\r\nthird\tcell"

    created = await desk.create(location="Room\r\n A\t1", description=f"\n {text} ", notes=text)

    assert created["location"] == "Room A 1"
    assert created["description"] == created["notes"] == text


async def test_blank_optional_fields_are_null(desk: Desk) -> None:
    created = await desk.create(location=" ", notes="\n", external_id="")

    assert (created["location"], created["notes"], created["external_id"]) == (None, None, None)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script> & <b>bold</b>",
        "Robert'); DROP TABLE interactions;--",
        "{{7*7}} ${7*7} %s %(x)s \\n \\",
        "=1+2 @SUM(A1) -1 +1",
        "\u202eright to left\u202c \U0001f468\u200d\U0001f469\u200d\U0001f467",
    ],
)
async def test_text_is_stored_as_written(text: str, desk: Desk) -> None:
    created = await desk.create(title=text, lead=text, location=text, description=text, notes=text)

    read = (await desk.client.get(f"/interactions/{created['id']}")).json()
    assert {read[name] for name in ("title", "lead", "location", "description", "notes")} == {text}


@pytest.mark.parametrize("bad", ["\\u0000", "\\u0007", "\\u001b", "\\u007f", "\\ud800", "\\udfff"])
@pytest.mark.parametrize("field", ["title", "lead", "location", "description", "notes"])
async def test_what_is_not_text_is_refused(field: str, bad: str, desk: Desk) -> None:
    content = f'{{"{field}": "before {bad} after"}}'

    response = await desk.client.post(
        "/interactions", content=content, headers={"Content-Type": "application/json"}
    )

    assert "not text" in refused_fields(response)[field]


async def test_other_kinds_of_values_are_refused(desk: Desk) -> None:
    for value in (17, 1.5, True, ["text"], {"text": 1}):
        sent = dict.fromkeys([*REQUIRED, "location", "notes", "external_id"], value)
        response = await desk.client.post("/interactions", json=sent)
        assert refused_fields(response).keys() == sent.keys(), value


@pytest.mark.parametrize("written", ["site_visit", "Site_Visit", " SITE_VISIT "])
async def test_a_type_may_be_written_in_any_case(written: str, desk: Desk) -> None:
    assert (await desk.create(type=written))["type"] == "SITE_VISIT"


@pytest.mark.parametrize("zone", ["Mars/Base", "europe/paris", "../etc/passwd", "UTC+1", "+01:00"])
async def test_a_time_zone_is_an_iana_name(zone: str, desk: Desk) -> None:
    response = await desk.client.post("/interactions", json=body(timezone=zone))

    assert refused_fields(response).keys() == {"timezone"}
