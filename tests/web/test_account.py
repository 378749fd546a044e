"""The page that a link by e-mail opens needs nothing but its own files."""

import re

import httpx
import pytest
from fastapi import FastAPI

from app.core.config import Settings
from app.main import create_app

PAGE = "/account/password"


def client_of(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")


async def test_it_is_there_whether_or_not_the_documentation_is(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"docs_enabled": False}))
    app.state.passwords.close()
    async with client_of(app) as client:
        page, docs = await client.get(PAGE), await client.get("/api/docs")

    assert (page.status_code, docs.status_code) == (200, 404)
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"


async def test_its_policy_allows_our_own_files_only(api: FastAPI) -> None:
    async with client_of(api) as client:
        page = await client.get(PAGE)

    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert re.findall(r"<script(?![^>]* src=)|<style|\sstyle=|\son\w+=", page.text) == []


async def test_every_file_of_it_is_there_and_not_sent_twice(api: FastAPI) -> None:
    async with client_of(api) as client:
        page = await client.get(PAGE)
        paths = re.findall(r'(?:src|href)="(/[^"]+)"', page.text)
        assert len(paths) == 2
        for path in [*paths, PAGE]:
            first = await client.get(path)
            known = {"If-None-Match": first.headers["ETag"]}
            again = await client.get(path, headers=known)
            assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


@pytest.mark.parametrize("name", ["other.js", "..%2faccount.py", "../../account.py", ""])
async def test_nothing_else_is_served(api: FastAPI, name: str) -> None:
    async with client_of(api) as client:
        assert (await client.get(f"/account/files/{name}")).status_code == 404


async def test_the_field_has_a_label_and_what_happens_is_said(api: FastAPI) -> None:
    async with client_of(api) as client:
        page = (await client.get(PAGE)).text

    assert '<html lang="en">' in page
    assert '<label for="password">' in page
    assert 'aria-describedby="hint problem"' in page
    assert 'id="problem" role="alert"' in page
    assert 'id="outcome" role="status"' in page
    assert 'autocomplete="new-password"' in page
