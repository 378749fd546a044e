"""Logins of browsers beside those of programs: token families become logins of either kind.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NAMES = {
    "INDEX app.ix_token_families_user_id": "ix_logins_user_id",
    "INDEX app.ix_token_families_expires_at": "ix_logins_expires_at",
}
CONSTRAINTS = {
    "pk_token_families": "pk_logins",
    "fk_token_families_user_id": "fk_logins_user_id",
    "ck_token_families_refresh_hash_length": "ck_logins_secret_hash_length",
}
COLUMNS = {"refresh_hash": "secret_hash", "refreshed_at": "renewed_at"}

GRANTS = (
    "SELECT (method) ON app.logins",
    "SELECT (user_id, confirmed_at) ON app.totp_credentials",
)

ADDED = ("kind", "method", "previous_hash", "next_hash", "offered_at", "last_used_at",
         "address", "user_agent", "provider_session")  # fmt: skip

# Everything that makes a caller good or not, in one statement. A system administrator's sites
# are all sites; another person's are the active ones where they hold a role. Without a login
# (keys and the provider's tokens have none) there is no way in which they logged in.
CALLER = """
    CREATE FUNCTION app.caller(caller_id int, login uuid)
    RETURNS TABLE (
        username text, email text, full_name text, is_active boolean, is_system_admin boolean,
        is_login_live boolean, login_method text, has_second_factor boolean,
        site_ids int[], roles text[], inactive_site_ids int[]
    )
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT u.username, u.email, u.full_name, u.is_active, u.is_system_admin,
            l.method IS NOT NULL, l.method,
            EXISTS (
                SELECT 1 FROM app.totp_credentials c
                WHERE c.user_id = u.id AND c.confirmed_at IS NOT NULL
            ),
            coalesce(s.ids, '{}'), coalesce(s.roles, '{}'), coalesce(s.inactive, '{}')
        FROM app.users u
        LEFT JOIN app.logins l ON l.id = login AND l.user_id = u.id
            AND l.revoked_at IS NULL AND l.expires_at > now()
        LEFT JOIN LATERAL (
            SELECT array_agg(t.id ORDER BY t.id) AS ids,
                array_agg(CASE WHEN u.is_system_admin THEN 'site_admin' ELSE m.role END
                          ORDER BY t.id) AS roles,
                array_agg(t.id) FILTER (WHERE NOT t.is_active) AS inactive
            FROM app.sites t
            LEFT JOIN app.memberships m ON m.site_id = t.id AND m.user_id = u.id
            WHERE u.is_system_admin OR (t.is_active AND m.user_id IS NOT NULL)
        ) s ON true
        WHERE u.id = caller_id;
    END
"""

# As revision 0003 made it.
CALLER_BEFORE = """
    CREATE FUNCTION app.caller(caller_id int, family uuid)
    RETURNS TABLE (
        username text, email text, full_name text, is_active boolean, is_system_admin boolean,
        is_family_live boolean, site_ids int[], roles text[], inactive_site_ids int[]
    )
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT u.username, u.email, u.full_name, u.is_active, u.is_system_admin,
            EXISTS (
                SELECT 1 FROM app.token_families f
                WHERE f.id = family AND f.user_id = u.id
                    AND f.revoked_at IS NULL AND f.expires_at > now()
            ),
            coalesce(s.ids, '{}'), coalesce(s.roles, '{}'), coalesce(s.inactive, '{}')
        FROM app.users u
        LEFT JOIN LATERAL (
            SELECT array_agg(t.id ORDER BY t.id) AS ids,
                array_agg(CASE WHEN u.is_system_admin THEN 'site_admin' ELSE m.role END
                          ORDER BY t.id) AS roles,
                array_agg(t.id) FILTER (WHERE NOT t.is_active) AS inactive
            FROM app.sites t
            LEFT JOIN app.memberships m ON m.site_id = t.id AND m.user_id = u.id
            WHERE u.is_system_admin OR (t.is_active AND m.user_id IS NOT NULL)
        ) s ON true
        WHERE u.id = caller_id;
    END
"""


def drop_caller() -> None:
    """Remove the function; its owner is another role than that of the tables."""
    op.execute("SET LOCAL ROLE ims_lookup")
    op.execute("DROP FUNCTION app.caller(int, uuid)")
    op.execute("SET LOCAL ROLE ims_owner")


def create_caller(definition: str) -> None:
    """Make the function, for the application alone to call."""
    # Only whoever may create in the schema can be made the owner of something in it.
    op.execute("GRANT CREATE ON SCHEMA app TO ims_lookup")
    op.execute(definition)
    op.execute("REVOKE EXECUTE ON FUNCTION app.caller(int, uuid) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION app.caller(int, uuid) TO ims_app")
    op.execute("ALTER FUNCTION app.caller(int, uuid) OWNER TO ims_lookup")
    op.execute("REVOKE CREATE ON SCHEMA app FROM ims_lookup")


def upgrade() -> None:
    drop_caller()
    op.rename_table("token_families", "logins", schema="app")
    for old, new in NAMES.items():
        op.execute(f"ALTER {old} RENAME TO {new}")
    for old, new in COLUMNS.items():
        op.execute(f"ALTER TABLE app.logins RENAME COLUMN {old} TO {new}")
    for old, new in CONSTRAINTS.items():
        op.execute(f"ALTER TABLE app.logins RENAME CONSTRAINT {old} TO {new}")
    add_columns()
    for name, values in {"kind": "'token', 'session'", "method": "'password', 'provider'"}.items():
        op.create_check_constraint(
            op.f(f"ck_logins_{name}"), "logins", f"{name} IN ({values})", schema="app"
        )
    for grant in GRANTS:
        op.execute(f"GRANT {grant} TO ims_lookup")
    create_caller(CALLER)


def add_columns() -> None:
    """What a browser's login knows besides; every login so far is a program's, by password."""
    now = sa.text("now()")
    for column in (
        sa.Column("kind", sa.Text(), server_default="token", nullable=False),
        sa.Column("method", sa.Text(), server_default="password", nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=True),
        sa.Column("next_hash", sa.LargeBinary(), nullable=True),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("user_agent", sa.Text(), nullable=True),
        sa.Column("provider_session", sa.Text(), nullable=True),
    ):
        op.add_column("logins", column, schema="app")


def downgrade() -> None:
    # What was a browser's login is none that revision 0003 knows.
    op.execute("DELETE FROM app.logins WHERE kind = 'session'")
    drop_caller()
    for grant in GRANTS:
        op.execute(f"REVOKE {grant} FROM ims_lookup")
    for name in ADDED:
        op.drop_column("logins", name, schema="app")
    for old, new in CONSTRAINTS.items():
        op.execute(f"ALTER TABLE app.logins RENAME CONSTRAINT {new} TO {old}")
    for old, new in COLUMNS.items():
        op.execute(f"ALTER TABLE app.logins RENAME COLUMN {new} TO {old}")
    for old, new in NAMES.items():
        op.execute(f"ALTER INDEX app.{new} RENAME TO {old.split('.')[1]}")
    op.rename_table("logins", "token_families", schema="app")
    create_caller(CALLER_BEFORE)
