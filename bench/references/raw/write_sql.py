"""The reference's writes: the row, its history and what is counted, in one statement each."""

from bench.references.raw.sql import COLUMNS, COLUMNS_OF_I

CREATE = f"""
    WITH new AS (
        INSERT INTO app.interactions (site_id, created_by, updated_by, title, type, lead,
            start_datetime, end_datetime, timezone, location, description, notes, external_id)
        VALUES ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        RETURNING {COLUMNS}
    ), history AS (
        INSERT INTO app.interaction_changes
            (site_id, interaction_id, version, change_type, changed_by, changes, after_state)
        SELECT site_id, id, version, 'CREATE', created_by, $13::jsonb, $14::jsonb FROM new
    ), counted AS (
        INSERT INTO app.interaction_deltas (site_id, type, month, interactions, minutes)
        SELECT site_id, type, date_trunc('month', start_datetime, 'UTC'), 1, duration_minutes
        FROM new
    )
    SELECT * FROM new
"""

CONTENT = (
    "title", "type", "lead", "start_datetime", "end_datetime", "timezone", "location",
    "description", "notes", "external_id",
)  # fmt: skip
STATE = f"""
    (SELECT to_jsonb(content) FROM (SELECT {", ".join(f"{{0}}.{name}" for name in CONTENT)})
     AS content)
"""

UPDATE_LOCATION = f"""
    WITH old AS (
        SELECT * FROM app.interactions
        WHERE site_id = ANY ($1::int[]) AND id = $2 AND deleted_at IS NULL
        FOR UPDATE
    ), new AS (
        UPDATE app.interactions i
        SET location = $4, version = i.version + 1, updated_by = $3, updated_at = now()
        FROM old WHERE i.site_id = old.site_id AND i.id = old.id
        RETURNING {COLUMNS_OF_I}
    ), history AS (
        INSERT INTO app.interaction_changes (site_id, interaction_id, version, change_type,
            changed_by, changes, before_state, after_state)
        SELECT new.site_id, new.id, new.version, 'UPDATE', $3, jsonb_build_object('location',
            jsonb_build_object('old', old.location, 'new', new.location)),
            {STATE.format("old")}, {STATE.format("new")}
        FROM old, new
    ), counted AS (
        INSERT INTO app.interaction_deltas (site_id, type, month, interactions, minutes)
        SELECT site_id, type, date_trunc('month', start_datetime, 'UTC'), 0, 0 FROM new
    )
    SELECT * FROM new
"""
