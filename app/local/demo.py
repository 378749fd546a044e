"""The demo logins that seeding wrote into the state directory."""

import json
from pathlib import Path
from typing import TypedDict

from app.local.state import write_private

DEMO = "demo.json"


class DemoUser(TypedDict):
    """One login and what it may do: role by site id."""

    username: str
    password: str
    is_system_admin: bool
    sites: dict[str, str]


def publish_demo_users(state_dir: Path, url: str) -> list[DemoUser]:
    """Put the present address into the file of demo logins and return them; none without a file."""
    path = state_dir / DEMO
    try:
        demo = json.loads(path.read_text())
    except FileNotFoundError:
        return []
    if demo.get("url") != url:
        write_private(path, json.dumps({**demo, "url": url}, indent=2) + "\n")
    users: list[DemoUser] = demo["users"]
    return users
