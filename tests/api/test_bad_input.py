"""Input that nobody means well with: refused in our own words, never a fault of ours."""

from collections.abc import AsyncIterator

import pytest

from tests.desk import ClientFor, Desk, error_of, refused_fields
from tests.factories import Make, body

JSON = {"Content-Type": "application/json"}
MEGABYTE = 1024 * 1024


@pytest.fixture
async def desk(make: Make, client_for: ClientFor) -> Desk:
    """An editor at a site of their own."""
    site = await make.site()
    editor = await make.member(site)
    return Desk(site=site, user=editor, client=client_for(editor))


async def test_ten_megabytes_of_json_are_not_read(desk: Desk) -> None:
    content = b'{"title": "' + b"x" * 10 * MEGABYTE + b'"}'

    async def piecemeal() -> AsyncIterator[bytes]:
        for start in range(0, len(content), 65536):
            yield content[start : start + 65536]

    for sent in (content, piecemeal()):
        response = await desk.client.post("/interactions", content=sent, headers=JSON)
        assert error_of(response, 413)["code"] == "payload_too_large"


async def test_size_is_refused_before_who_is_calling(client_for: ClientFor) -> None:
    response = await client_for().post("/interactions", content=b" " * MEGABYTE, headers=JSON)

    error_of(response, 413)


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 40_000,
        b'{"title": ' + b"[" * 21 + b"]" * 21 + b"}",
        b'{"title": "a", "title": "b"}',
        b'{"notes": {"a": 1, "a": 2}}',
        b'{"title": NaN}',
        b'{"title": -Infinity}',
        b'{"title": 1e400}',
        b'{"site_id": ' + b"9" * 5000 + b"}",
        b'{"title": "\xff\xfe"}',
        b"\xff\xfe{\x00}\x00",
        b'{"title": "a\x00b"}',
        b'{"title": "line\nbreak"}',
        b"{'title': 'x'}",
        b'{"title": "x",}',
        b'{"title": "x"} {"title": "y"}',
        b"{",
        b"\x00",
        b"title=x",
    ],
)
async def test_what_is_no_json_of_ours_is_refused(content: bytes, desk: Desk) -> None:
    for method, path in (
        ("POST", "/interactions"),
        ("PUT", "/interactions/1"),
        ("PATCH", "/interactions/1"),
        ("POST", "/auth/login"),
    ):
        response = await desk.client.request(method, path, content=content, headers=JSON)
        assert error_of(response, 400)["code"] == "bad_request"


@pytest.mark.parametrize(
    "media_type",
    [
        "",
        "text/plain",
        "text/json",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json-patch+json",
        "application/jsonx",
        "application",
        "\u00e9",
    ],
)
async def test_other_media_types_are_refused(media_type: str, desk: Desk) -> None:
    headers = {b"Content-Type": media_type.encode("latin-1")}

    response = await desk.client.post("/interactions", content=b"{}", headers=headers)

    assert error_of(response, 415)["code"] == "unsupported_media_type"


@pytest.mark.parametrize("media_type", ["application/json;charset=utf-8", "Application/JSON"])
async def test_json_is_json_however_it_is_written(media_type: str, desk: Desk) -> None:
    headers = {"Content-Type": media_type}

    response = await desk.client.post("/interactions", content=b"{}", headers=headers)

    error_of(response, 422)


@pytest.mark.parametrize(
    "number",
    ["0", "-1", str(2**63), "9" * 400, "1.5", "1e3", "0x1", "%00", "1%00", "\u0661", "null"],
)
async def test_a_path_without_an_id_is_refused(number: str, desk: Desk) -> None:
    for method in ("GET", "DELETE"):
        response = await desk.client.request(method, f"/interactions/{number}")
        assert refused_fields(response, 400).keys() == {"interaction_id"}
    for method in ("PUT", "PATCH"):
        response = await desk.client.request(method, f"/interactions/{number}", json=body())
        assert refused_fields(response, 400).keys() == {"interaction_id"}


async def test_the_largest_id_is_only_unknown(desk: Desk) -> None:
    error_of(await desk.client.get(f"/interactions/{2**63 - 1}"), 404)


@pytest.mark.parametrize(
    "path",
    [
        "/interactions/1%2F2",
        "/..%2F..%2Fetc%2Fpasswd",
        "/%00",
        "/interactions//1",
        "/interactions/1/",
        "/interactions/%ff%fe",
        "/" + "x" * 5000,
    ],
)
async def test_other_paths_lead_nowhere(path: str, desk: Desk) -> None:
    response = await desk.client.get(path)

    assert response.status_code in {400, 404}
    assert response.json()["error"]["request_id"]


async def test_a_query_that_is_not_utf_8_is_text_of_question_marks(desk: Desk) -> None:
    await desk.create()

    assert (await desk.listed("title=%ff%fe"))["total"] == 0
    assert (await desk.listed("q=%c3%28"))["total"] == 0


async def test_many_parameters_are_refused(desk: Desk) -> None:
    for query in ("&".join(f"p{number}=1" for number in range(101)), "type=CALL&" * 5000):
        response = await desk.client.get(f"/interactions?{query}")
        assert refused_fields(response, 400)


async def test_many_values_of_one_parameter_are_refused(desk: Desk) -> None:
    for name, value in (("site_id", desk.site.id), ("type", "CALL")):
        query = "&".join(f"{name}={value}" for _ in range(300))
        error_of(await desk.client.get(f"/interactions?{query}"), 400)


@pytest.mark.parametrize("size", [10_000, 200_000])
async def test_huge_headers_do_no_harm(size: int, desk: Desk) -> None:
    for name in ("X-Request-ID", "Accept", "X-Unknown", "Accept-Language", "If-Match"):
        response = await desk.client.get("/interactions", headers={name: "x" * size})
        assert response.status_code == 200, name
        assert len(response.headers["X-Request-ID"]) <= 64
    response = await desk.client.get(
        "/interactions", headers={"Authorization": "Bearer " + "x" * size}
    )
    error_of(response, 401)
    error_of(await desk.client.get("/interactions", headers={"X-Site-ID": "9" * size}), 400)


async def test_a_method_that_is_not_there_is_named_with_those_that_are(desk: Desk) -> None:
    response = await desk.client.request("DELETE", "/interactions")

    assert error_of(response, 405)["code"] == "method_not_allowed"
    assert response.headers["Allow"] == "GET, HEAD, POST"


async def test_field_names_of_any_kind_are_refused_and_repeated_safely(desk: Desk) -> None:
    content = b'{"__class__": 1, "\\u0000": 3, "' + b"k" * 5000 + b'": 4, "": 5}'

    response = await desk.client.patch("/interactions/1", content=content, headers=JSON)

    details = refused_fields(response)
    assert len(details) == 4
    assert all(len(name) <= 100 for name in details)


async def test_thousands_of_unknown_fields_are_answered_shortly(desk: Desk) -> None:
    sent = {f"field{number}": number for number in range(10_000)}

    response = await desk.client.post("/interactions", json=sent)

    assert len(refused_fields(response)) <= 100


async def test_refusals_come_in_the_documented_order(make: Make, client_for: ClientFor) -> None:
    desk_site, theirs = await make.site(), await make.site()
    client, nobody = client_for(await make.member(desk_site)), client_for()
    bad_query, bad_body = "?page=0", {"title": ""}

    error_of(await nobody.post("/interactions", content=b"{", headers=JSON), 400)
    error_of(await nobody.post("/interactions", json=bad_body), 401)
    error_of(await nobody.get(f"/interactions{bad_query}"), 401)
    error_of(await client.get(f"/interactions{bad_query}&site_id={theirs.id}"), 400)
    error_of(await client.get(f"/interactions?site_id={theirs.id}"), 403)
    error_of(await client.post("/interactions", json=bad_body | {"site_id": theirs.id}), 403)
    row = await make.interaction(theirs, await make.member(theirs))
    error_of(await client.put(f"/interactions/{row.id}", json=bad_body), 422)
    error_of(await client.put(f"/interactions/{row.id}", json=body(version=7)), 403)
    own = await make.interaction(desk_site, await make.member(desk_site))
    error_of(await client.put(f"/interactions/{own.id}", json=body(version=7)), 412)


async def test_problem_details_are_told_to_who_asks(desk: Desk) -> None:
    response = await desk.client.post(
        "/interactions", json={"title": ""}, headers={"Accept": "application/problem+json"}
    )

    assert response.headers["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert (problem["status"], problem["code"]) == (422, "validation_error")
    assert problem["details"]["title"] == "Title is required"
