"""Sites, people, and who belongs where.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


# Unset and empty both mean no site: a custom setting turns from unset into '' once it has been
# used in a transaction of the same connection.
SITE_IDS = """
    CREATE FUNCTION app.site_ids() RETURNS int[] LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = pg_catalog
    RETURN coalesce(nullif(current_setting('app.site_ids', true), ''), '{}')::int[]
"""

SITE_OWNED = ("memberships",)


def secure(table: str) -> None:
    """Put row-level security on a site-owned table: the application sees its scope's rows only."""
    scope = "site_id = ANY ((SELECT app.site_ids())::int[])"
    op.execute(f"ALTER TABLE app.{table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE app.{table} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY site_scope ON app.{table} TO ims_app USING ({scope}) WITH CHECK ({scope})"
    )
    # Dumps and data migrations see all rows, also where BYPASSRLS cannot be granted.
    op.execute(
        f"CREATE POLICY migration ON app.{table} TO ims_migrator USING (true) WITH CHECK (true)"
    )


def upgrade() -> None:
    op.execute(
        "GRANT USAGE ON SCHEMA app TO ims_app, ims_migrator, ims_lookup, ims_search, ims_retention"
    )
    op.execute(SITE_IDS)
    op.create_table(
        "sites",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "char_length(name) BETWEEN 1 AND 100", name=op.f("ck_sites_name_length")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sites")),
        schema="app",
    )
    op.create_index(
        "uq_sites_name", "sites", [sa.literal_column("lower(name)")], unique=True, schema="app"
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("is_system_admin", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("last_login_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "username ~ '^[A-Za-z0-9._-]{3,50}$'", name=op.f("ck_users_username_form")
        ),
        sa.CheckConstraint(
            "char_length(email) BETWEEN 3 AND 254", name=op.f("ck_users_email_length")
        ),
        sa.CheckConstraint(
            "char_length(full_name) BETWEEN 1 AND 100", name=op.f("ck_users_full_name_length")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        schema="app",
    )
    op.create_index(
        "uq_users_email", "users", [sa.literal_column("lower(email)")], unique=True, schema="app"
    )
    op.create_index(
        "uq_users_username",
        "users",
        [sa.literal_column("lower(username)")],
        unique=True,
        schema="app",
    )
    op.create_table(
        "memberships",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "role IN ('viewer', 'editor', 'site_admin')", name=op.f("ck_memberships_role")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["app.sites.id"], name=op.f("fk_memberships_site_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app.users.id"], name=op.f("fk_memberships_user_id")),
        sa.PrimaryKeyConstraint("site_id", "user_id", name=op.f("pk_memberships")),
        schema="app",
    )
    op.create_index(
        "ix_memberships_user_id", "memberships", ["user_id"], unique=False, schema="app"
    )
    op.create_table(
        "password_credentials",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app.users.id"], name=op.f("fk_password_credentials_user_id")
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_password_credentials")),
        schema="app",
    )
    op.create_table(
        "token_families",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("refresh_hash", sa.LargeBinary(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "refreshed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "octet_length(refresh_hash) = 32", name=op.f("ck_token_families_refresh_hash_length")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app.users.id"], name=op.f("fk_token_families_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_token_families")),
        schema="app",
    )
    op.create_index(
        "ix_token_families_expires_at", "token_families", ["expires_at"], unique=False, schema="app"
    )
    op.create_index(
        "ix_token_families_user_id", "token_families", ["user_id"], unique=False, schema="app"
    )
    op.create_table(
        "system_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column(
            "details", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["app.users.id"], name=op.f("fk_system_events_actor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_system_events")),
        schema="app",
    )
    op.create_index(
        "ix_system_events_at",
        "system_events",
        [sa.literal_column("at DESC"), sa.literal_column("id DESC")],
        unique=False,
        schema="app",
    )
    for table in SITE_OWNED:
        secure(table)
    op.execute("GRANT SELECT ON app.alembic_version TO ims_app")
    op.execute("GRANT SELECT, INSERT, UPDATE ON app.sites, app.users TO ims_app")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON app.memberships TO ims_app")
    # A hash is read by `app.login_candidate` alone, one account at a time.
    op.execute(
        "GRANT SELECT (user_id, changed_at), INSERT, UPDATE ON app.password_credentials TO ims_app"
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON app.token_families TO ims_app")
    op.execute("GRANT SELECT, INSERT ON app.system_events TO ims_app")


def downgrade() -> None:
    op.execute("REVOKE SELECT ON app.alembic_version FROM ims_app")
    op.drop_table("system_events", schema="app")
    op.drop_table("token_families", schema="app")
    op.drop_table("password_credentials", schema="app")
    op.drop_table("memberships", schema="app")
    op.drop_table("users", schema="app")
    op.drop_table("sites", schema="app")
    op.execute("DROP FUNCTION app.site_ids()")
    op.execute(
        "REVOKE USAGE ON SCHEMA app FROM ims_app, ims_migrator, ims_lookup, ims_search, ims_retention"
    )
