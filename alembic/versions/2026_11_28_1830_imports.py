"""Imports, and operations that can be taken back.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def moment(name: str, *, is_now: bool = False) -> sa.Column:
    """A point in time, perhaps that of the row's beginning unless told otherwise."""
    now = sa.text("now()") if is_now else None
    return sa.Column(name, sa.DateTime(timezone=True), server_default=now, nullable=not is_now)


def upgrade() -> None:
    op.create_table(
        "operations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        moment("created_at", is_now=True),
        sa.Column("undo_id", sa.Uuid(), nullable=True),
        sa.Column("undo_job_id", sa.BigInteger(), nullable=True),
        moment("undo_asked_at"),
        moment("undone_at"),
        sa.Column("outcome", postgresql.JSONB(), nullable=True),
        sa.CheckConstraint("kind IN ('import')", name=op.f("ck_operations_kind")),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["app.users.id"], name=op.f("fk_operations_owner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operations")),
        sa.UniqueConstraint("undo_id", name=op.f("uq_operations_undo_id")),
        schema="app",
    )
    op.create_index("ix_operations_owner_id", "operations", ["owner_id"], schema="app")
    op.create_table(
        "imports",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("site_ids", sa.ARRAY(sa.Integer()), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("job_id", sa.BigInteger(), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_size", sa.BigInteger(), nullable=False),
        sa.Column("file_hash", sa.Text(), nullable=False),
        sa.Column("file_key", sa.Text(), nullable=True),
        sa.Column("errors_key", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("options", postgresql.JSONB(), nullable=False),
        sa.Column("reading", postgresql.JSONB(), nullable=True),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.Column("check_outcome", postgresql.JSONB(), nullable=True),
        sa.Column("result", postgresql.JSONB(), nullable=True),
        sa.Column("rows_written", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("operation_id", sa.Uuid(), nullable=True),
        moment("created_at", is_now=True),
        moment("updated_at", is_now=True),
        sa.CheckConstraint("stage IN ('check', 'commit')", name=op.f("ck_imports_stage")),
        sa.CheckConstraint(
            "jsonb_typeof(options) = 'object'", name=op.f("ck_imports_options_form")
        ),
        sa.CheckConstraint(
            "char_length(file_name) BETWEEN 1 AND 255", name=op.f("ck_imports_file_name_length")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["app.users.id"], name=op.f("fk_imports_owner_id")),
        sa.ForeignKeyConstraint(
            ["operation_id"], ["app.operations.id"], name=op.f("fk_imports_operation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
        schema="app",
    )
    for name, columns, where in (
        ("ix_imports_owner_id_id", ["owner_id", sa.text("id DESC")], None),
        ("ix_imports_expires_at", ["expires_at"], "file_key IS NOT NULL OR errors_key IS NOT NULL"),
        ("ix_imports_operation_id", ["operation_id"], "operation_id IS NOT NULL"),
    ):
        op.create_index(
            name,
            "imports",
            columns,
            schema="app",
            postgresql_where=None if where is None else sa.text(where),
        )
    op.create_index(
        "ix_interaction_changes_operation_id",
        "interaction_changes",
        ["site_id", "operation_id", "interaction_id"],
        schema="app",
        postgresql_where=sa.text("operation_id IS NOT NULL"),
    )
    op.create_index(
        "ix_interactions_deleted_external_id",
        "interactions",
        ["site_id", "external_id"],
        schema="app",
        postgresql_where=sa.text("deleted_at IS NOT NULL AND external_id IS NOT NULL"),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE ON app.operations TO ims_app")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON app.imports TO ims_app")


def downgrade() -> None:
    op.drop_index("ix_interactions_deleted_external_id", "interactions", schema="app")
    op.drop_index("ix_interaction_changes_operation_id", "interaction_changes", schema="app")
    op.drop_table("imports", schema="app")
    op.drop_table("operations", schema="app")
