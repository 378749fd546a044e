"""All that is held on one person, a line of JSON for each thing."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import TextClause, text

from app.jobs.attempt import Attempt
from app.privacy.erasing import given
from app.privacy.pattern import Pattern
from app.tenancy.session import ReadSession, read_session

ROWS_AT_ONCE = 500

# Of a site: what has the name in it. Confidential notes are in no export.
BY_NAME: Mapping[str, TextClause] = {
    "interaction": text("""
        SELECT to_jsonb(i) - 'document' - 'confidential_notes' AS data FROM app.interactions i
        WHERE site_id = :site_id
            AND (document LIKE ANY (CAST(:needles AS text[])) OR external_id IS NOT NULL)
            AND concat_ws(chr(31), title, lead, location, description, notes, external_id)
                ~ CAST(:pattern AS text)
        ORDER BY id
    """),
    "interaction_change": text("""
        SELECT to_jsonb(c) AS data FROM app.interaction_changes c
        WHERE c.site_id = :site_id
            AND (c.changes, c.before_state, c.after_state) IS DISTINCT FROM (
                app.redact_changes(c.changes, :pattern), app.redact_state(c.before_state, :pattern),
                app.redact_state(c.after_state, :pattern)
            )
        ORDER BY c.id
    """),
}

# Of a site: what a user did there. What others wrote is told by its id.
DONE_AT_SITE: Mapping[str, TextClause] = {
    "membership": text("""
        SELECT to_jsonb(m) AS data FROM app.memberships m
        WHERE site_id = :site_id AND user_id = :user_id
    """),
    "change_made": text("""
        SELECT jsonb_build_object('site_id', site_id, 'interaction_id', interaction_id,
            'version', version, 'change_type', change_type, 'changed_at', changed_at) AS data
        FROM app.interaction_changes WHERE site_id = :site_id AND changed_by = :user_id ORDER BY id
    """),
    "audit_event": text("""
        SELECT to_jsonb(e) AS data FROM app.audit_events e
        WHERE site_id = :site_id AND actor_id = :user_id ORDER BY id
    """),
}

# Of no site: the account. No hash, no secret, no key.
ACCOUNT: Mapping[str, TextClause] = {
    "user": text("SELECT to_jsonb(u) AS data FROM app.users u WHERE id = :user_id"),
    "login": text("""
        SELECT to_jsonb(l) - 'secret_hash' - 'previous_hash' - 'next_hash' - 'provider_session'
            AS data
        FROM app.logins l WHERE user_id = :user_id ORDER BY created_at
    """),
    "api_key": text("""
        SELECT to_jsonb(k) - 'secret_hash' - 'previous_hash' AS data
        FROM app.api_keys k WHERE owner_id = :user_id ORDER BY id
    """),
    "external_identity": text("""
        SELECT to_jsonb(x) AS data FROM app.external_identities x WHERE user_id = :user_id
    """),
    "second_factor": text("""
        SELECT jsonb_build_object('created_at', created_at, 'confirmed_at', confirmed_at) AS data
        FROM app.totp_credentials WHERE user_id = :user_id
    """),
    "saved_search": text("""
        SELECT to_jsonb(s) AS data FROM app.saved_searches s WHERE owner_id = :user_id ORDER BY id
    """),
    "report_schedule": text("""
        SELECT to_jsonb(s) AS data FROM app.report_schedules s WHERE owner_id = :user_id ORDER BY id
    """),
    "import": text("""
        SELECT to_jsonb(i) - 'file_key' - 'errors_key' AS data FROM app.imports i
        WHERE owner_id = :user_id ORDER BY id
    """),
    "operation": text("""
        SELECT to_jsonb(o) AS data FROM app.operations o WHERE owner_id = :user_id
        ORDER BY created_at
    """),
    "job": text("""
        SELECT to_jsonb(j) - 'file_key' AS data FROM app.jobs j
        WHERE owner_id = :user_id ORDER BY id
    """),
    "system_event": text("""
        SELECT to_jsonb(e) AS data FROM app.system_events e WHERE actor_id = :user_id ORDER BY id
    """),
}


class Lines:
    """A file that grows by a line for each thing, a few hundred at once."""

    def __init__(self, path: Path, attempt: Attempt) -> None:
        self._path = path
        self._attempt = attempt
        self._count = 0

    async def add(
        self, session: ReadSession, sources: Mapping[str, TextClause], values: Mapping[str, object]
    ) -> None:
        """Add all that some statements answer with."""
        for kind, statement in sources.items():
            stream = await session.stream_scalars(statement, {**values})
            async for batch in stream.partitions(ROWS_AT_ONCE):
                await asyncio.to_thread(self._write, kind, batch)
                self._count += len(batch)
                await self._attempt.done(self._count)

    def _write(self, kind: str, batch: Any) -> None:
        with self._path.open("ab") as file:
            for data in batch:
                file.write(orjson.dumps({"kind": kind, "data": data}) + b"\n")


async def write_export(attempt: Attempt, person: int | str, pattern: Pattern, path: Path) -> None:
    """Write the file of an export.

    Raises:
        JobOverError: Nobody waits for it any more.
    """
    await asyncio.to_thread(path.touch)
    lines, engine = Lines(path, attempt), attempt.place.engine
    if isinstance(person, int):
        async with read_session(engine, attempt.scope.within([])) as session:
            await lines.add(session, ACCOUNT, {"user_id": person})
    for site_id in attempt.scope.site_ids:
        async with read_session(engine, attempt.scope.within([site_id])) as session:
            await lines.add(session, BY_NAME, given(site_id, pattern))
            if isinstance(person, int):
                await lines.add(session, DONE_AT_SITE, {"site_id": site_id, "user_id": person})
