"""Interactions, their history, and the audit of sites.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


# How texts are compared: without case and accents. Immutable is a promise: whoever changes the
# rules of `unaccent` has to rebuild what was computed with it.
FOLD = """
    CREATE FUNCTION app.fold(value text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN lower(public.unaccent('public.unaccent'::regdictionary, value))
"""

SITE_OWNED = ("interactions", "interaction_changes", "audit_events")


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
    op.execute(FOLD)
    op.create_table(
        "interactions",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("lead", sa.Text(), nullable=False),
        sa.Column("start_datetime", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end_datetime", sa.DateTime(timezone=True), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("operation_id", sa.Uuid(), nullable=True),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("updated_by", sa.Integer(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
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
            "end_datetime - start_datetime <= interval '366 days'",
            name=op.f("ck_interactions_duration"),
        ),
        sa.CheckConstraint(
            "start_datetime >= '1970-01-01+00' AND end_datetime <= '2101-01-01+00'",
            name=op.f("ck_interactions_years"),
        ),
        sa.CheckConstraint(
            "type IN ('MEETING', 'CALL', 'EMAIL', 'UPDATE', 'TRAINING', 'REVIEW', 'PRESENTATION', 'CONFERENCE', 'WORKSHOP', 'SITE_VISIT', 'OTHER')",
            name=op.f("ck_interactions_type"),
        ),
        sa.CheckConstraint(
            "char_length(description) BETWEEN 1 AND 20000",
            name=op.f("ck_interactions_description_length"),
        ),
        sa.CheckConstraint(
            "char_length(external_id) BETWEEN 1 AND 200",
            name=op.f("ck_interactions_external_id_length"),
        ),
        sa.CheckConstraint(
            "char_length(lead) BETWEEN 1 AND 100", name=op.f("ck_interactions_lead_length")
        ),
        sa.CheckConstraint(
            "char_length(location) <= 200", name=op.f("ck_interactions_location_length")
        ),
        sa.CheckConstraint(
            "char_length(notes) <= 20000", name=op.f("ck_interactions_notes_length")
        ),
        sa.CheckConstraint(
            "char_length(title) BETWEEN 5 AND 100", name=op.f("ck_interactions_title_length")
        ),
        sa.CheckConstraint(
            "end_datetime > start_datetime", name=op.f("ck_interactions_end_after_start")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["app.users.id"], name=op.f("fk_interactions_created_by")
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["app.sites.id"], name=op.f("fk_interactions_site_id")
        ),
        sa.ForeignKeyConstraint(
            ["updated_by"], ["app.users.id"], name=op.f("fk_interactions_updated_by")
        ),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_interactions")),
        schema="app",
    )
    op.create_index("ix_interactions_id", "interactions", ["id"], unique=False, schema="app")
    op.create_index(
        "ix_interactions_site_start",
        "interactions",
        ["site_id", sa.literal_column("start_datetime DESC"), sa.literal_column("id DESC")],
        unique=False,
        schema="app",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_interactions_site_type_start",
        "interactions",
        ["site_id", "type", sa.literal_column("start_datetime DESC"), sa.literal_column("id DESC")],
        unique=False,
        schema="app",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_interactions_start",
        "interactions",
        [sa.literal_column("start_datetime DESC"), sa.literal_column("id DESC")],
        unique=False,
        schema="app",
        postgresql_include=["site_id", "type"],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "uq_interactions_external_id",
        "interactions",
        ["site_id", "external_id"],
        unique=True,
        schema="app",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "interaction_changes",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("interaction_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("change_type", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=False),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("changes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "before_state",
            postgresql.JSONB(none_as_null=True, astext_type=sa.Text()),
            nullable=True,
        ),
        sa.Column(
            "after_state", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("operation_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "change_type IN ('CREATE', 'UPDATE', 'DELETE', 'RESTORE')",
            name=op.f("ck_interaction_changes_change_type"),
        ),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["app.users.id"], name=op.f("fk_interaction_changes_changed_by")
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["app.sites.id"], name=op.f("fk_interaction_changes_site_id")
        ),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_interaction_changes")),
        sa.UniqueConstraint(
            "site_id",
            "interaction_id",
            "version",
            name=op.f("uq_interaction_changes_site_id_interaction_id_version"),
        ),
        schema="app",
    )
    op.create_table(
        "audit_events",
        sa.Column("site_id", sa.Integer(), nullable=False),
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
            ["actor_id"], ["app.users.id"], name=op.f("fk_audit_events_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["app.sites.id"], name=op.f("fk_audit_events_site_id")
        ),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_audit_events")),
        schema="app",
    )
    op.create_index(
        "ix_audit_events_site_at",
        "audit_events",
        ["site_id", sa.literal_column("at DESC"), sa.literal_column("id DESC")],
        unique=False,
        schema="app",
    )
    for table in SITE_OWNED:
        secure(table)
    op.execute("GRANT SELECT, INSERT, UPDATE ON app.interactions TO ims_app")
    # What happened can be added to, and neither changed nor removed.
    op.execute("GRANT SELECT, INSERT ON app.interaction_changes, app.audit_events TO ims_app")


def downgrade() -> None:
    op.drop_table("audit_events", schema="app")
    op.drop_table("interaction_changes", schema="app")
    op.drop_table("interactions", schema="app")
    op.execute("DROP FUNCTION app.fold(text)")
