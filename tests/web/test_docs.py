"""The documentation page needs no other host and nothing that its policy forbids."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from app.web.docs import mount_docs

ASSET = re.compile(r'(?:src|href)="(/api/docs/assets/[0-9a-f]{16}/[^"]+)"')


def app_with(*, has_single_sign_on: bool = False) -> FastAPI:
    application = FastAPI(docs_url=None, redoc_url=None)
    mount_docs(
        application,
        openapi_url='/api/openapi.json?a="b"',
        session_cookie="session",
        has_single_sign_on=has_single_sign_on,
    )
    return application


@pytest.fixture
def app() -> FastAPI:
    return app_with()


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app) as http_client:
        yield http_client


def client_of(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")


async def test_the_policy_allows_our_own_files_only(client: httpx.AsyncClient) -> None:
    response = await client.get("/api/docs")

    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "style-src 'self';" in policy
    assert "unsafe" not in policy


async def test_the_page_has_no_inline_script_or_style_and_asks_no_other_host(
    client: httpx.AsyncClient,
) -> None:
    page = (await client.get("/api/docs")).text

    assert re.findall(r"<script(?![^>]* src=)|<style|\sstyle=|\son\w+=", page) == []
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert [address for address in addresses if not address.startswith("/api/")] == []


async def test_the_document_address_is_escaped(client: httpx.AsyncClient) -> None:
    page = (await client.get("/api/docs")).text

    assert 'data-openapi-url="/api/openapi.json?a=&quot;b&quot;"' in page


async def test_the_page_asks_who_is_logged_in_only_where_somebody_may_be(
    client: httpx.AsyncClient,
) -> None:
    # An answer of 401 would be an error in the browser's console, on everybody's first visit.
    without = await client.get("/api/docs", headers={"Cookie": "theme=dark"})
    with_cookie = await client.get("/api/docs", headers={"Cookie": "theme=dark; session=x"})

    assert 'data-has-cookie=""' in without.text
    assert 'data-has-cookie="yes"' in with_cookie.text
    assert without.headers["Vary"] == with_cookie.headers["Vary"] == "Cookie"


@pytest.mark.parametrize("has_single_sign_on", [True, False])
async def test_single_sign_on_is_offered_where_there_is_a_provider(
    has_single_sign_on: bool,
) -> None:
    async with client_of(app_with(has_single_sign_on=has_single_sign_on)) as client:
        page = (await client.get("/api/docs")).text

    link = re.search(r'<a href="/api/v1/auth/oidc/login\?return_to=/api/docs" (\w*)>', page)
    assert link
    assert link[1] == ("" if has_single_sign_on else "hidden")


async def test_every_file_of_the_page_is_there_and_may_be_kept_for_good(
    client: httpx.AsyncClient,
) -> None:
    addresses = ASSET.findall((await client.get("/api/docs")).text)

    responses = [await client.get(address) for address in addresses]

    assert len(responses) == 5
    assert {response.status_code for response in responses} == {200}
    assert all("immutable" in response.headers["Cache-Control"] for response in responses)
    assert all(response.headers["Content-Encoding"] == "gzip" for response in responses)


async def test_a_client_without_gzip_gets_the_same_file(client: httpx.AsyncClient) -> None:
    address = ASSET.findall((await client.get("/api/docs")).text)[-1]

    plain = await client.get(address, headers={"Accept-Encoding": "identity"})

    assert "Content-Encoding" not in plain.headers
    assert plain.content == (await client.get(address)).content


async def test_a_known_file_is_not_sent_again(client: httpx.AsyncClient) -> None:
    address = ASSET.findall((await client.get("/api/docs")).text)[0]
    etag = (await client.get(address)).headers["ETag"]

    response = await client.get(address, headers={"If-None-Match": etag})

    assert response.status_code == 304
    assert response.content == b""


async def test_a_file_at_another_releases_address_is_not_kept(client: httpx.AsyncClient) -> None:
    response = await client.get("/api/docs/assets/0000000000000000/docs.css")

    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "name", ["index.html", "../../docs.py", "%2e%2e/%2e%2e/docs.py", "LICENSE"]
)
async def test_nothing_but_the_pages_files_is_served(client: httpx.AsyncClient, name: str) -> None:
    response = await client.get(f"/api/docs/assets/0000000000000000/{name}")

    assert response.status_code == 404


def test_the_page_is_not_in_the_openapi_document(app: FastAPI) -> None:
    assert app.openapi()["paths"] == {}


async def test_the_address_alone_leads_to_the_page(client: httpx.AsyncClient) -> None:
    response = await client.get("/")
    assert response.status_code == 302
    assert response.headers["location"] == "/api/docs"
