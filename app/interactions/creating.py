"""New interactions, each with the first entry of its history and its part of the counts.

It is one statement, however many they are: so none of the three is ever there without the others,
and one costs one round trip.
"""

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

import orjson
from sqlalchemy import select, text

from app.core.direct_pool import Row
from app.core.statement import compile_statement
from app.models import Interaction
from app.tenancy.direct import ScopedTransaction
from app.tenancy.session import WriteSession, require_inside

_CREATE = text("""
    WITH given AS (
        SELECT * FROM ROWS FROM (jsonb_to_recordset(CAST(:contents AS jsonb)) AS (
            title text, type text, lead text, start_datetime timestamptz,
            end_datetime timestamptz, timezone text, location text, description text, notes text,
            external_id text, sealed_notes text
        )) WITH ORDINALITY AS given (
            title, type, lead, start_datetime, end_datetime, timezone, location, description,
            notes, external_id, sealed_notes, number
        )
    ), created AS (
        INSERT INTO app.interactions (
            site_id, title, type, lead, start_datetime, end_datetime, timezone, location,
            description, notes, external_id, confidential_notes, operation_id, created_by,
            updated_by
        )
        SELECT :site_id, title, type, lead, start_datetime, end_datetime, timezone, location,
            description, notes, external_id, decode(sealed_notes, 'base64'),
            CAST(:operation_id AS uuid), :user_id, :user_id
        FROM given ORDER BY number
        RETURNING *
    ), content AS (
        SELECT c.id, jsonb_build_object(
            'title', title, 'type', type, 'lead', lead,
            'start_datetime', app.rfc3339(start_datetime),
            'end_datetime', app.rfc3339(end_datetime),
            'timezone', timezone, 'location', location, 'description', description,
            'notes', notes, 'external_id', external_id
        ) AS state FROM created c
    ), remembered AS (
        INSERT INTO app.interaction_changes (
            site_id, interaction_id, version, change_type, changed_by, api_key_id, changes,
            after_state, operation_id
        )
        SELECT :site_id, content.id, 1, 'CREATE', :user_id, CAST(:api_key_id AS integer), (
            SELECT jsonb_object_agg(key, jsonb_build_object('old', NULL, 'new', value))
            FROM jsonb_each(state) WHERE value <> 'null'
        ), state, CAST(:operation_id AS uuid)
        FROM content ORDER BY content.id
    ), counted AS (
        INSERT INTO app.interaction_deltas (site_id, type, month, interactions, minutes)
        SELECT :site_id, type, date_trunc('month', start_datetime AT TIME ZONE 'UTC'), count(*),
            sum(floor(extract(epoch FROM end_datetime - start_datetime) / 60))
        FROM created GROUP BY 2, 3
    )
    SELECT * FROM created WHERE :is_read ORDER BY id
""")
_COMPILED = compile_statement(_CREATE)


async def create_interactions(
    session: WriteSession,
    site_id: int,
    contents: Iterable[Mapping[str, object]],
    *,
    operation_id: UUID | None = None,
) -> Sequence[Interaction]:
    """Store new interactions of a site, in the order given.

    Raises:
        OutsideScopeError: The site is not in the session's scope.
    """
    values = _values(session, site_id, contents, operation_id=operation_id)
    created = select(Interaction).from_statement(_CREATE)
    return (await session.scalars(created, values | {"is_read": True})).all()


async def store_interactions(
    session: WriteSession,
    site_id: int,
    contents: Iterable[Mapping[str, object]],
    *,
    operation_id: UUID | None = None,
) -> None:
    """The same, for many that nobody looks at now.

    Raises:
        OutsideScopeError: The site is not in the session's scope.
    """
    values = _values(session, site_id, contents, operation_id=operation_id)
    await session.execute(_CREATE, values | {"is_read": False})


async def create_interaction(
    session: WriteSession, site_id: int, content: Mapping[str, object]
) -> Interaction:
    """Store a new interaction of a site."""
    (row,) = await create_interactions(session, site_id, [content])
    return row


async def create_directly(
    writing: ScopedTransaction, site_id: int, content: Mapping[str, object]
) -> Row:
    """Store a new interaction of a site, and answer with its row as it is.

    Raises:
        OutsideScopeError: The site is not in the transaction's scope.
    """
    values = _values(writing, site_id, [content], operation_id=None)
    (row,) = await writing.fetch(_COMPILED, values | {"is_read": True})
    return row


def _values(
    writing: WriteSession | ScopedTransaction,
    site_id: int,
    contents: Iterable[Mapping[str, object]],
    *,
    operation_id: UUID | None,
) -> dict[str, object]:
    scope = writing.scope
    require_inside(scope, site_id, touched=writing.touched)
    return {
        "contents": orjson.dumps([_as_json(content) for content in contents]).decode(),
        "site_id": site_id,
        "user_id": scope.user_id,
        "api_key_id": scope.api_key_id,
        "operation_id": operation_id,
    }


def _as_json(content: Mapping[str, object]) -> Mapping[str, object]:
    sealed = content.get("sealed_notes")
    if isinstance(sealed, bytes):
        return {**content, "sealed_notes": b64encode(sealed).decode()}
    return content
