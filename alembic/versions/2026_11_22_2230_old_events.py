"""Events can be read by time, and old ones go: by functions that spare 30 days.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = ("audit_events", "system_events")
GRANTS = (
    "SELECT (id, at, action, site_id), DELETE ON app.audit_events",
    "SELECT (id, at, action), DELETE ON app.system_events",
)

# The least age is in the function and not with its caller: whoever takes the application over
# cannot remove their own traces with it.
DELETE_OLD_EVENTS = """
    CREATE FUNCTION app.delete_old_{table}(actions text[], before timestamptz, most int)
    RETURNS int
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        WITH old AS (
            SELECT e.id FROM app.{table} e
            WHERE e.action = ANY (actions) AND e.at < least(before, now() - interval '30 days')
            ORDER BY e.id LIMIT most
        ), gone AS (
            DELETE FROM app.{table} e USING old WHERE e.id = old.id RETURNING 1
        )
        SELECT count(*)::int FROM gone;
    END
"""


INDEXES = (
    ("interaction_changes", "site_changed_at", ("site_id", "changed_at DESC", "id DESC")),
    ("interaction_changes", "changed_at", ("changed_at DESC", "id DESC")),
    ("audit_events", "at", ("at DESC", "id DESC")),
)
# All that the audit shows of a change, so that it never reads the texts beside it.
INCLUDED = {
    "site_changed_at": ["interaction_id", "version", "change_type", "changed_by", "operation_id"]
}


def signature(table: str) -> str:
    """The function of one table."""
    return f"app.delete_old_{table}(text[], timestamptz, int)"


def upgrade() -> None:
    for table, name, columns in INDEXES:
        op.create_index(
            f"ix_{table}_{name}",
            table,
            [sa.text(column) for column in columns],
            schema="app",
            postgresql_include=INCLUDED.get(name),
        )
    # Row-level security binds this role too: of a site's events it sees those of the scope.
    op.execute(
        "CREATE POLICY retention ON app.audit_events TO ims_retention"
        " USING (site_id = ANY ((SELECT app.site_ids())::int[]))"
    )
    for grant in GRANTS:
        op.execute(f"GRANT {grant} TO ims_retention")
    op.execute("GRANT CREATE ON SCHEMA app TO ims_retention")
    for table in TABLES:
        op.execute(DELETE_OLD_EVENTS.format(table=table))
        op.execute(f"REVOKE EXECUTE ON FUNCTION {signature(table)} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {signature(table)} TO ims_app")
        op.execute(f"ALTER FUNCTION {signature(table)} OWNER TO ims_retention")
    op.execute("REVOKE CREATE ON SCHEMA app FROM ims_retention")


def downgrade() -> None:
    op.execute("SET LOCAL ROLE ims_retention")
    for table in TABLES:
        op.execute(f"DROP FUNCTION {signature(table)}")
    op.execute("SET LOCAL ROLE ims_owner")
    for grant in GRANTS:
        op.execute(f"REVOKE {grant} FROM ims_retention")
    op.execute("DROP POLICY retention ON app.audit_events")
    for table, name, _ in INDEXES:
        op.drop_index(f"ix_{table}_{name}", table, schema="app")
