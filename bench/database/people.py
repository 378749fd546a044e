"""Sites, those who write their rows, and those who call in a benchmark."""

from collections.abc import Sequence

import asyncpg

from app.auth.passwords import PasswordHasher
from bench.data.generated import AUTHORS_PER_SITE, author_of
from bench.data.source import SiteNamed
from bench.database.callers import CALLERS, PASSWORD


async def write_people(connection: asyncpg.Connection, sites: list[SiteNamed]) -> None:
    """Make all sites and people, with the ids that the rows name."""
    authors = [(author_of(site.id, n), site.id) for site in sites for n in range(AUTHORS_PER_SITE)]
    people = [(caller.user_id, caller.name, caller.places is None) for caller in CALLERS]
    people += [(user_id, f"author-{user_id}", False) for user_id, _ in authors]
    belonging = authors + [
        (caller.user_id, site_id)
        for caller in CALLERS
        if caller.places is not None
        for site_id in caller.site_ids(sites)
    ]
    await _copy(connection, "sites", ("id", "name", "timezone"), sites)
    await _copy(
        connection,
        "users",
        ("id", "username", "email", "full_name", "is_system_admin"),
        [(n, name, f"{name}@example.org", name.title(), admin) for n, name, admin in people],
    )
    await _copy(
        connection,
        "memberships",
        ("user_id", "site_id", "role"),
        [(user_id, site_id, "editor") for user_id, site_id in belonging],
    )
    await _write_passwords(connection)
    for table in ("sites", "users"):
        await connection.execute(
            f"SELECT setval(pg_get_serial_sequence('app.{table}', 'id'), max(id)) FROM app.{table}"
        )


async def _write_passwords(connection: asyncpg.Connection) -> None:
    passwords = PasswordHasher()
    password_hash = await passwords.hash_password(PASSWORD)
    passwords.close()
    await _copy(
        connection,
        "password_credentials",
        ("user_id", "password_hash"),
        [(caller.user_id, password_hash) for caller in CALLERS],
    )


async def _copy(
    connection: asyncpg.Connection,
    table: str,
    columns: tuple[str, ...],
    rows: Sequence[tuple[object, ...]],
) -> None:
    await connection.copy_records_to_table(table, schema_name="app", columns=columns, records=rows)
