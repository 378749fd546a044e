"""All that a process prints while people work: whole lines of JSON, and nothing of theirs."""

import json
from collections.abc import Callable
from pathlib import Path

import httpx
import pyotp

from tests.factories import PASSWORD, body, unique
from tests.faults.conftest import Story
from tests.faults.served import Served

GUESS = "a guess that only this test makes"
OTHER = "a password that only this test knows"


class Told:
    """A client that remembers which words must not be repeated."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.words = {PASSWORD, OTHER, GUESS}

    async def send(self, method: str, path: str, **options: object) -> httpx.Response:
        """Call, and remember every secret that the answer tells."""
        response = await self.client.request(method, path, **options)  # type: ignore[arg-type]
        told = response.json() if response.content else {}
        names = ("access_token", "refresh_token", "csrf_token", "key", "secret", "otpauth_uri")
        self.words |= {told[name] for name in names if name in told}
        self.words |= {value for value in response.cookies.values() if value}
        return response


async def test_no_secret_and_no_text_of_anybody_is_printed(
    start_api: Callable[..., Served], story: Story, tmp_path: Path
) -> None:
    output = tmp_path / "output"
    api = start_api(output=output, LOG_LEVEL="DEBUG", DEBUG="true", RATE_LIMIT_AUTH="0")
    async with httpx.AsyncClient(base_url=f"{api.url}/api/v1", trust_env=False) as client:
        told = Told(client)
        word = unique("canary")
        told.words |= {word, story.user.email, story.user.username}
        await log_in_everyway(told, story.user.username)
        await work(told, story, word)
        await manage_access(told, story)
    lines = output.read_text(encoding="utf-8").splitlines()
    assert len(lines) > 30
    assert all(isinstance(json.loads(line), dict) for line in lines)
    assert {word for word in told.words for line in lines if word in line} == set()


async def log_in_everyway(told: Told, name: str) -> None:
    for password in (GUESS, PASSWORD):
        login = {"username": name, "password": password}
        await told.send("POST", "/auth/session", json=login)
        told.client.cookies.clear()
        tokens = await told.send("POST", "/auth/login", json=login)
    refreshed = {"refresh_token": tokens.json()["refresh_token"]}
    pair = (await told.send("POST", "/auth/refresh", json=refreshed)).json()
    assert (await told.send("POST", "/auth/refresh", json=refreshed)).status_code == 401
    told.client.headers["Authorization"] = f"Bearer {pair['access_token']}"
    assert (await told.send("GET", "/auth/me")).status_code == 401  # a token was used twice
    login = {"username": name, "password": PASSWORD}
    pair = (await told.send("POST", "/auth/login", json=login)).json()
    told.client.headers["Authorization"] = f"Bearer {pair['access_token']}"


async def work(told: Told, story: Story, word: str) -> None:
    notes = {"title": word, "notes": word, "confidential_notes": word}
    content = body(site_id=story.site.id, **notes)
    created = await told.send("POST", "/interactions", json=content)
    assert created.status_code == 201, created.text
    await told.send("GET", f"/search/interactions?q={word}")
    await told.send("POST", "/interactions", json=content | {"type": word})
    await told.send("GET", f"/interactions?{word}={word}")
    await told.send("GET", f"/sites?page={word}")


async def manage_access(told: Told, story: Story) -> None:
    key = {"name": "A machine", "site_ids": [story.site.id], "role": "viewer"}
    made = (await told.send("POST", "/api-keys", json=key)).json()
    used = {"Authorization": f"Bearer {made['key']}"}
    assert (await told.client.get("/interactions", headers=used)).is_success
    wrong = {"Authorization": f"Bearer {made['key'][:-1]}x"}
    assert (await told.client.get("/interactions", headers=wrong)).status_code == 401
    factor = (await told.send("POST", "/auth/totp", json={"password": PASSWORD})).json()
    code = pyotp.TOTP(factor["secret"]).now()
    await told.send("POST", "/auth/totp/confirm", json={"totp": code})
    await told.send("POST", "/auth/password/reset", json={"email": story.user.email})
    guessed = {"current_password": GUESS, "new_password": OTHER}
    assert (await told.send("POST", "/auth/password/change", json=guessed)).status_code == 422
    confirmed = {"token": f"imsp_{'0' * 32}_{'A' * 43}", "new_password": OTHER}
    await told.send("POST", "/auth/password/reset/confirm", json=confirmed)
    removed = {"password": PASSWORD, "totp": "000000"}
    await told.send("DELETE", "/auth/totp", json=removed)
