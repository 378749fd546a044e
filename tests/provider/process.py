"""The test provider as the tests see it: where it is, and how to have it behave."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from app.core.config import Settings
from tests.provider.server import CLIENT_ID, CLIENT_SECRET

AUDIENCE = "https://ims.example.org/api"
ROOT = Path(__file__).parents[2]

Json = dict[str, Any]


class TestProvider:
    """A running provider."""

    __test__ = False

    def __init__(self, port: int) -> None:
        self.issuer = f"http://127.0.0.1:{port}/"
        self._http = httpx.Client(base_url=self.issuer, trust_env=False)

    def settings(self, settings: Settings, **over: Any) -> Settings:
        """The settings of an application that trusts it."""
        own = {
            "oidc_issuer": self.issuer,
            "oidc_client_id": CLIENT_ID,
            "oidc_client_secret": CLIENT_SECRET,
            "oidc_audience": AUDIENCE,
        }
        return Settings(**settings.model_dump() | own | over)

    def reset(self) -> None:
        """Have it behave, and forget what it counted."""
        self._http.post("/control/reset", json={})

    def set(self, **knobs: Any) -> None:
        """Change how it behaves."""
        self._http.post("/control/knobs", json=knobs)

    def count(self, path: str) -> int:
        """How often a path was asked for."""
        counted: int = self._http.get("/control/counts").json().get(path, 0)
        return counted

    def token(self, *, kid: str = "rsa-1", header: Json | None = None, **claims: Any) -> str:
        """A token that it signs: an access token for us, but for these claims."""
        body = {"claims": {"aud": AUDIENCE} | claims, "header": header or {}, "kid": kid}
        signed: str = self._http.post("/control/token", json=body).json()
        return signed

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()


@contextmanager
def running_provider() -> Iterator[TestProvider]:
    """Start one, and end it in the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.provider.server"], stdout=subprocess.PIPE, cwd=ROOT, text=True
    )
    assert process.stdout is not None
    provider = TestProvider(int(process.stdout.readline()))
    try:
        yield provider
    finally:
        provider.close()
        process.terminate()
        process.wait(10)
        process.stdout.close()
