"""How long sites keep what they have; legal holds; and what redacts history for one person.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLE = "site_retention"
SCOPE = "site_id = ANY ((SELECT app.site_ids())::int[])"

GRANTS = (
    "SELECT (site_id, id, type, start_datetime, end_datetime, deleted_at, legal_hold), DELETE"
    " ON app.interactions",
    "SELECT (site_id, id, interaction_id, changed_at, changes, before_state, after_state),"
    " UPDATE (changes, before_state, after_state), DELETE ON app.interaction_changes",
)
FOR_ERASURE = (
    "DELETE ON app.external_identities",
    "DELETE ON app.password_credentials",
)
"""An account that is erased leaves nothing that a person could be known by."""

# Which of a site's interactions are due. The least ages are here and not with the caller: whoever
# takes the application over cannot remove with it what is new. A bound that is null removes none.
IS_DUE = """
    NOT i.legal_hold AND (
        (i.end_datetime < ended_before AND i.end_datetime < now() - interval '1 year')
        OR (i.deleted_at < trashed_before AND i.deleted_at < now() - interval '1 day')
    )
"""

# The condition stands there twice: a row that was changed meanwhile is asked again, by the second.
PURGE = f"""
    CREATE FUNCTION app.purge_interactions(
        site int, ended_before timestamptz, trashed_before timestamptz, most int
    )
    RETURNS TABLE (
        purged_id bigint, type text, start_datetime timestamptz, end_datetime timestamptz,
        was_deleted boolean
    )
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        DELETE FROM app.interactions i
        WHERE i.site_id = site AND i.id = ANY (ARRAY(
            (SELECT i.id FROM app.interactions i
             WHERE i.site_id = site AND i.deleted_at IS NULL
                AND i.start_datetime < ended_before AND {IS_DUE} LIMIT most)
            UNION ALL
            (SELECT i.id FROM app.interactions i
             WHERE i.site_id = site AND i.deleted_at IS NOT NULL AND {IS_DUE} LIMIT most)
            LIMIT most
        )) AND {IS_DUE}
        RETURNING i.id, i.type, i.start_datetime, i.end_datetime, i.deleted_at IS NOT NULL;
    END
"""  # noqa: S608 - constants of this file

# It goes from interaction to interaction, and says how far it has come.
DELETE_HISTORY = """
    CREATE FUNCTION app.delete_history(
        site int, before timestamptz, behind bigint, most int
    )
    RETURNS TABLE (removed int, reached bigint)
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        WITH gone AS (
            SELECT c.interaction_id AS id FROM app.interaction_changes c
            WHERE c.site_id = site AND c.interaction_id > behind AND NOT EXISTS (
                SELECT 1 FROM app.interactions i
                WHERE i.site_id = c.site_id AND i.id = c.interaction_id
            )
            GROUP BY c.interaction_id
            HAVING max(c.changed_at) < before AND max(c.changed_at) < now() - interval '30 days'
            ORDER BY c.interaction_id LIMIT most
        ), deleted AS (
            DELETE FROM app.interaction_changes c USING gone
            WHERE c.site_id = site AND c.interaction_id = gone.id RETURNING c.interaction_id
        )
        SELECT count(*)::int, max(d.interaction_id) FROM deleted d;
    END
"""

# What people wrote, of all that history has of an interaction.
TEXTS = "'title', 'lead', 'location', 'description', 'notes', 'external_id'"

REDACT_STATE = f"""
    CREATE FUNCTION app.redact_state(state jsonb, pattern text)
    RETURNS jsonb LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN (
        SELECT coalesce(jsonb_object_agg(key, CASE
            WHEN key IN ({TEXTS}, 'old', 'new') AND jsonb_typeof(value) = 'string'
            THEN to_jsonb(regexp_replace(value #>> '{{}}', pattern, '[erased]', 'g'))
            ELSE value
        END), '{{}}') FROM jsonb_each(state)
    )
"""  # noqa: S608 - constants of this file

REDACT_CHANGES = f"""
    CREATE FUNCTION app.redact_changes(changes jsonb, pattern text)
    RETURNS jsonb LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN (
        SELECT coalesce(jsonb_object_agg(key, CASE
            WHEN key IN ({TEXTS}) AND jsonb_typeof(value) = 'object'
            THEN app.redact_state(value, pattern) ELSE value
        END), '{{}}') FROM jsonb_each(changes)
    )
"""  # noqa: S608 - constants of this file

# Nothing can be written into history with it but that something was erased.
REDACT_HISTORY = """
    CREATE FUNCTION app.redact_history(site int, pattern text, behind bigint, most int)
    RETURNS TABLE (looked_at int, redacted int, reached bigint)
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        WITH next AS (
            SELECT c.id, c.interaction_id, c.changes, c.before_state, c.after_state,
                app.redact_changes(c.changes, pattern) AS new_changes,
                app.redact_state(c.before_state, pattern) AS new_before,
                app.redact_state(c.after_state, pattern) AS new_after
            FROM app.interaction_changes c
            WHERE c.site_id = site AND c.id > behind ORDER BY c.id LIMIT most
        ), telling AS MATERIALIZED (
            SELECT n.* FROM next n
            WHERE (n.changes, n.before_state, n.after_state)
                    IS DISTINCT FROM (n.new_changes, n.new_before, n.new_after)
                AND NOT EXISTS (
                    SELECT 1 FROM app.interactions i
                    WHERE i.site_id = site AND i.id = n.interaction_id AND i.legal_hold
                )
        ), written AS (
            UPDATE app.interaction_changes c
            SET changes = t.new_changes, before_state = t.new_before, after_state = t.new_after
            FROM telling t
            WHERE c.site_id = site AND c.id = t.id
            RETURNING c.id
        )
        SELECT (SELECT count(*)::int FROM next), (SELECT count(*)::int FROM written),
            (SELECT max(n.id) FROM next n);
    END
"""

DEFINERS = {
    "purge_interactions(int, timestamptz, timestamptz, int)": PURGE,
    "delete_history(int, timestamptz, bigint, int)": DELETE_HISTORY,
    "redact_history(int, text, bigint, int)": REDACT_HISTORY,
}
OTHERS = {
    "redact_state(jsonb, text)": REDACT_STATE,
    "redact_changes(jsonb, text)": REDACT_CHANGES,
}
POLICIES = ("interactions", "interaction_changes")

BOUNDS = {
    "interactions_years": (1, 100),
    "trash_days": (1, 3650),
    "history_days": (30, 36500),
    "audit_days_authentication": (30, 36500),
    "audit_days_access": (30, 36500),
    "audit_days_administration": (30, 36500),
}


def upgrade() -> None:
    op.add_column(
        "interactions",
        sa.Column("legal_hold", sa.Boolean(), server_default=sa.false(), nullable=False),
        schema="app",
    )
    op.create_index(
        "ix_interactions_trash",
        "interactions",
        ["site_id", "deleted_at"],
        schema="app",
        postgresql_where=sa.text("deleted_at IS NOT NULL"),
    )
    op.add_column("jobs", sa.Column("result", postgresql.JSONB()), schema="app")
    create_rules()
    for table in POLICIES:
        op.execute(f"CREATE POLICY retention ON app.{table} TO ims_retention USING ({SCOPE})")
    for grant in GRANTS:
        op.execute(f"GRANT {grant} TO ims_retention")
    for grant in FOR_ERASURE:
        op.execute(f"GRANT {grant} TO ims_app")
    for definition in OTHERS.values():
        op.execute(definition)
    op.execute("GRANT CREATE ON SCHEMA app TO ims_retention")
    for signature, definition in DEFINERS.items():
        op.execute(definition)
        op.execute(f"REVOKE EXECUTE ON FUNCTION app.{signature} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION app.{signature} TO ims_app")
        op.execute(f"ALTER FUNCTION app.{signature} OWNER TO ims_retention")
    op.execute("REVOKE CREATE ON SCHEMA app FROM ims_retention")


def create_rules() -> None:
    op.create_table(
        TABLE,
        sa.Column("site_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer()) for name in BOUNDS),
        sa.Column("updated_by", sa.Integer(), nullable=False),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        *(
            sa.CheckConstraint(f"{name} BETWEEN {low} AND {high}", name=op.f(f"ck_{TABLE}_{name}"))
            for name, (low, high) in BOUNDS.items()
        ),
        sa.ForeignKeyConstraint(["site_id"], ["app.sites.id"], name=op.f(f"fk_{TABLE}_site_id")),
        sa.ForeignKeyConstraint(
            ["updated_by"], ["app.users.id"], name=op.f(f"fk_{TABLE}_updated_by")
        ),
        sa.PrimaryKeyConstraint("site_id", name=op.f(f"pk_{TABLE}")),
        schema="app",
    )
    op.execute(f"ALTER TABLE app.{TABLE} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE app.{TABLE} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY site_scope ON app.{TABLE} TO ims_app USING ({SCOPE}) WITH CHECK ({SCOPE})"
    )
    op.execute(
        f"CREATE POLICY migration ON app.{TABLE} TO ims_migrator USING (true) WITH CHECK (true)"
    )
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON app.{TABLE} TO ims_app")


def downgrade() -> None:
    op.execute("SET LOCAL ROLE ims_retention")
    for signature in DEFINERS:
        op.execute(f"DROP FUNCTION app.{signature}")
    op.execute("SET LOCAL ROLE ims_owner")
    for signature in reversed(OTHERS):
        op.execute(f"DROP FUNCTION app.{signature}")
    for grant in FOR_ERASURE:
        op.execute(f"REVOKE {grant} FROM ims_app")
    for grant in GRANTS:
        op.execute(f"REVOKE {grant} FROM ims_retention")
    for table in POLICIES:
        op.execute(f"DROP POLICY retention ON app.{table}")
    op.drop_table(TABLE, schema="app")
    op.drop_column("jobs", "result", schema="app")
    op.drop_index("ix_interactions_trash", "interactions", schema="app")
    op.drop_column("interactions", "legal_hold", schema="app")
