"""What may be asked before a scope exists: three functions, each keyed by one value.

Revision ID: 0003
Revises: 0002
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

GRANTS = (
    "SELECT (id, is_active) ON app.sites",
    "SELECT (id, username, email, full_name, is_active, is_system_admin) ON app.users",
    "SELECT (site_id, user_id, role) ON app.memberships",
    "SELECT (site_id, id, deleted_at) ON app.interactions",
    "SELECT ON app.password_credentials",
    "SELECT (id, user_id, expires_at, revoked_at) ON app.token_families",
)

# Whose password is it? A user name has no @, so it is never another person's address.
LOGIN_CANDIDATE = """
    CREATE FUNCTION app.login_candidate(login text)
    RETURNS TABLE (user_id int, is_active boolean, password_hash text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT u.id, u.is_active, c.password_hash
        FROM app.users u JOIN app.password_credentials c ON c.user_id = u.id
        WHERE lower(u.username) = lower(login) OR lower(u.email) = lower(login);
    END
"""

# Everything that makes a token good or not, in one statement. A system administrator's sites
# are all sites; another person's are the active ones where they hold a role.
CALLER = """
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

# Where is the row that a scoped read did not find? Null for a deleted and for an unknown one.
SITE_OF_INTERACTION = """
    CREATE FUNCTION app.site_of_interaction(interaction_id bigint) RETURNS int
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT i.site_id FROM app.interactions i
        WHERE i.id = interaction_id AND i.deleted_at IS NULL;
    END
"""

FUNCTIONS = {
    "login_candidate(text)": LOGIN_CANDIDATE,
    "caller(int, uuid)": CALLER,
    "site_of_interaction(bigint)": SITE_OF_INTERACTION,
}


def upgrade() -> None:
    for table in ("memberships", "interactions"):
        op.execute(f"CREATE POLICY lookup ON app.{table} FOR SELECT TO ims_lookup USING (true)")
    for grant in GRANTS:
        op.execute(f"GRANT {grant} TO ims_lookup")

    # Only whoever may create in the schema can be made the owner of something in it.
    op.execute("GRANT CREATE ON SCHEMA app TO ims_lookup")
    for signature, definition in FUNCTIONS.items():
        op.execute(definition)
        op.execute(f"REVOKE EXECUTE ON FUNCTION app.{signature} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION app.{signature} TO ims_app")
        op.execute(f"ALTER FUNCTION app.{signature} OWNER TO ims_lookup")
    op.execute("REVOKE CREATE ON SCHEMA app FROM ims_lookup")


def downgrade() -> None:
    op.execute("SET LOCAL ROLE ims_lookup")
    for signature in FUNCTIONS:
        op.execute(f"DROP FUNCTION app.{signature}")
    op.execute("SET LOCAL ROLE ims_owner")
    for grant in GRANTS:
        op.execute(f"REVOKE {grant} FROM ims_lookup")
    for table in ("memberships", "interactions"):
        op.execute(f"DROP POLICY lookup ON app.{table}")
