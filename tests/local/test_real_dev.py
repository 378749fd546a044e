"""What a newcomer does in the first five minutes, with everything real."""

import json
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.factories import body
from tests.local.dev import THE_REAL_THING, Dev, wait_until_gone


@contextmanager
def client_of(state_dir: Path, username: str) -> Iterator[httpx.Client]:
    """A client logged in as a demo user, with what the state directory tells."""
    demo = json.loads((state_dir / "demo.json").read_text())
    (user,) = [user for user in demo["users"] if user["username"] == username]
    login = {"username": username, "password": user["password"]}
    with httpx.Client(base_url=f"{demo['url']}/api/v1", trust_env=False, timeout=30) as client:
        token = client.post("/auth/login", json=login).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


def test_one_command_and_a_few_calls(start_dev: Callable[..., Dev], place: Path) -> None:
    dev = start_dev(command=THE_REAL_THING)
    dev.wait_until_running()

    with client_of(dev.state_dir, "emil.editor") as emil:
        created = emil.post("/interactions", json=body(site_id=1, title="Kickoff of line 4"))
        assert created.status_code == 201, created.text
        assert emil.post("/interactions", json=body(site_id=2)).status_code == 403
        assert emil.get("/search/interactions?q=line+4").json()["total"] == 1
        path = f"/interactions/{created.json()['id']}"
        assert emil.patch(path, json={"location": "Hall 2"}).json()["version"] == 2
        assert emil.get(f"{path}/history").json()["total"] == 2

    dev.process.kill()
    assert wait_until_gone(place, seconds=10) == {}
    again = start_dev(command=THE_REAL_THING)
    again.wait_until_running()
    with client_of(again.state_dir, "emil.editor") as emil:
        assert emil.get(path).json()["location"] == "Hall 2"
        assert emil.get("/interactions").json()["total"] == 101
    assert again.end(signal.SIGINT) == 0
    assert wait_until_gone(place, seconds=10) == {}
