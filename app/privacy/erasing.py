"""Erasing a name from what a site has, a batch at a time, but from what is on legal hold.

An interaction that held the name has a new version afterwards, and an entry in its history that
says who erased, with nothing in it of what was there. History itself is redacted by a function of
the database alone: it can be added to, and nothing in it can be changed otherwise.
"""

from dataclasses import dataclass

from sqlalchemy import text

from app.interactions.finding import needles
from app.privacy.pattern import Pattern
from app.tenancy.session import ReadSession, WriteSession

_ERASE = text("""
    WITH found AS (
        SELECT id FROM app.interactions
        WHERE site_id = :site_id AND id > :behind AND NOT legal_hold
            AND (document LIKE ANY (CAST(:needles AS text[])) OR external_id IS NOT NULL)
            AND concat_ws(chr(31), title, lead, location, description, notes, external_id)
                ~ CAST(:pattern AS text)
        ORDER BY id LIMIT :most FOR UPDATE
    ), written AS (
        UPDATE app.interactions i SET
            title = left(regexp_replace(title, :pattern, '[erased]', 'g'), 100),
            lead = left(regexp_replace(lead, :pattern, '[erased]', 'g'), 100),
            location = left(regexp_replace(location, :pattern, '[erased]', 'g'), 200),
            description = left(regexp_replace(description, :pattern, '[erased]', 'g'), 20000),
            notes = left(regexp_replace(notes, :pattern, '[erased]', 'g'), 20000),
            external_id = CASE WHEN external_id ~ :pattern THEN NULL ELSE external_id END,
            version = version + 1, updated_by = :user_id, updated_at = now(), operation_id = NULL
        FROM found WHERE i.site_id = :site_id AND i.id = found.id AND NOT i.legal_hold
        RETURNING i.*
    ), content AS (
        SELECT id, version, jsonb_build_object(
            'title', title, 'type', type, 'lead', lead,
            'start_datetime', app.rfc3339(start_datetime),
            'end_datetime', app.rfc3339(end_datetime),
            'timezone', timezone, 'location', location, 'description', description,
            'notes', notes, 'external_id', external_id
        ) AS state FROM written
    ), remembered AS (
        INSERT INTO app.interaction_changes (
            site_id, interaction_id, version, change_type, changed_by, changes, before_state,
            after_state
        )
        SELECT :site_id, id, version, 'UPDATE', :user_id, '{}', state, state FROM content
    ), counted AS (
        INSERT INTO app.interaction_deltas (site_id, type, month, interactions, minutes)
        SELECT DISTINCT :site_id, type,
            date_trunc('month', start_datetime AT TIME ZONE 'UTC'), 0, 0
        FROM written
    )
    SELECT count(*) AS written, max(id) AS reached FROM written
""")
_REDACT = text("SELECT * FROM app.redact_history(:site_id, :pattern, :behind, :most)")

_COUNT = text("""
    SELECT count(*) FILTER (WHERE NOT legal_hold) AS interactions,
        count(*) FILTER (WHERE legal_hold) AS held
    FROM app.interactions
    WHERE site_id = :site_id
        AND (document LIKE ANY (CAST(:needles AS text[])) OR external_id IS NOT NULL)
        AND concat_ws(chr(31), title, lead, location, description, notes, external_id)
            ~ CAST(:pattern AS text)
""")
_COUNT_CHANGES = text("""
    SELECT count(*) FROM app.interaction_changes c
    WHERE c.site_id = :site_id
        AND (c.changes, c.before_state, c.after_state) IS DISTINCT FROM (
            app.redact_changes(c.changes, :pattern), app.redact_state(c.before_state, :pattern),
            app.redact_state(c.after_state, :pattern)
        )
        AND NOT EXISTS (
            SELECT 1 FROM app.interactions i
            WHERE i.site_id = c.site_id AND i.id = c.interaction_id AND i.legal_hold
        )
""")


@dataclass(frozen=True, slots=True)
class Found:
    """How much of a site has the name in it.

    Attributes:
        interactions: Interactions that are not held.
        changes: Entries of the history of such, and of what is gone.
        held: Interactions that stay as they are.
        confidential_notes: Confidential notes of interactions that are not held.
    """

    interactions: int = 0
    changes: int = 0
    held: int = 0
    confidential_notes: int = 0

    def __add__(self, other: "Found") -> "Found":
        """Of two sites together."""
        return Found(
            self.interactions + other.interactions,
            self.changes + other.changes,
            self.held + other.held,
            self.confidential_notes + other.confidential_notes,
        )


async def count_found(session: ReadSession, site_id: int, pattern: Pattern) -> Found:
    """How much of a site has the name in it."""
    values = given(site_id, pattern)
    row = (await session.execute(_COUNT, values)).one()
    of_history = {"site_id": site_id, "pattern": pattern.sql}
    changes = await session.scalar(_COUNT_CHANGES, of_history) or 0
    return Found(row.interactions, changes, row.held)


async def erase_in_interactions(
    session: WriteSession, site_id: int, pattern: Pattern, *, behind: int, most: int
) -> tuple[int, int | None]:
    """Erase the name from a batch of interactions; answers how many, and the last of them."""
    values = given(site_id, pattern) | {
        "behind": behind,
        "most": most,
        "user_id": session.scope.user_id,
    }
    row = (await session.execute(_ERASE, values)).one()
    return row.written, row.reached


async def redact_history(
    session: WriteSession, site_id: int, pattern: Pattern, *, behind: int, most: int
) -> tuple[int, int | None]:
    """Redact the next entries of a site's history; answers how many, and the last looked at."""
    values = {"site_id": site_id, "pattern": pattern.sql, "behind": behind, "most": most}
    row = (await session.execute(_REDACT, values)).one()
    return row.redacted, row.reached


def given(site_id: int, pattern: Pattern) -> dict[str, object]:
    """What a statement is to know that looks for the name in a site's interactions."""
    return {
        "site_id": site_id,
        "pattern": pattern.sql,
        "needles": [needles.pattern(one) for one in pattern.needles],
    }
