"""What the supervisor tells the person at the terminal."""

import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from app.local.demo import DEMO, DemoUser


def say(text: str) -> None:
    """Print at once; a terminal that has gone away must not keep us from stopping well."""
    with suppress(OSError, ValueError):
        sys.stdout.write(text + "\n")
        sys.stdout.flush()


def banner(url: str, users: Sequence[DemoUser], *, state_dir: Path, data: Path | None) -> str:
    """The block that is printed once everything runs."""
    lines = [
        "",
        "Interaction Management is running",
        "",
        f"  API    {url}/api/v1",
        f"  Docs   {url}/api/docs",
        *_logins(users, state_dir),
        "",
        f"  Logs   {state_dir / 'logs'}",
        *([f"  Data   {data}"] if data else []),
        "  Stop   Ctrl-C",
        "",
    ]
    return "\n".join(lines)


def _logins(users: Sequence[DemoUser], state_dir: Path) -> list[str]:
    if not users:
        return []
    rows = [("user name", "password", "may"), *map(_row, users)]
    names, passwords = (max(len(row[column]) for row in rows) for column in (0, 1))
    table = [f"    {name:{names}}  {password:{passwords}}  {may}" for name, password, may in rows]
    return ["", f"  Demo logins (also in {state_dir / DEMO})", *table]


def _row(user: DemoUser) -> tuple[str, str, str]:
    roles = [f"site {site}: {role}" for site, role in user["sites"].items()]
    if user["is_system_admin"]:
        roles.insert(0, "system admin")
    return user["username"], user["password"], ", ".join(roles)
