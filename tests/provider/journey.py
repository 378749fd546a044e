"""A browser's way to the provider and back."""

from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx

from tests.factories import Client
from tests.provider.process import Json


def person(**over: object) -> Json:
    """Somebody whom the provider knows and nobody else."""
    name = f"p{uuid4().hex[:10]}"
    return {
        "sub": f"auth0|{name}",
        "email": f"{name}@example.org",
        "email_verified": True,
        "name": "Paula Person",
    } | over


def query_of(url: str) -> dict[str, str]:
    """The parameters of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


async def leave(browser: Client, return_to: str = "/") -> str:
    """Begin a login; answers where the browser is sent."""
    response = await browser.get("/auth/oidc/login", params={"return_to": return_to})
    assert response.status_code == 302, response.text
    return response.headers["location"]


async def visit(address: str) -> str:
    """Log in at the provider; answers where it sends the browser back to."""
    async with httpx.AsyncClient(trust_env=False) as client:
        response = await client.get(address)
    assert response.status_code == 302, response.text
    return response.headers["location"]


async def log_in(browser: Client, return_to: str = "/") -> httpx.Response:
    """The whole way; answers how it ends."""
    return await browser.get(await visit(await leave(browser, return_to)))


async def who(browser: Client) -> Json:
    """Who is logged in with a browser."""
    response = await browser.get("/auth/me")
    assert response.status_code == 200, response.text
    found: Json = response.json()
    return found
