"""Answers to requests that are sent again; which key made a change; operations of many changes.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TABLE = "idempotency_records"
MADE_WITH_A_KEY = ("interaction_changes", "jobs")


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("api_key_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "char_length(key) BETWEEN 1 AND 255", name=op.f("ck_idempotency_records_key_length")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["app.users.id"], name=op.f("fk_idempotency_records_owner_id")
        ),
        sa.PrimaryKeyConstraint(
            "owner_id", "api_key_id", "key", name=op.f("pk_idempotency_records")
        ),
        schema="app",
    )
    op.create_index("ix_idempotency_records_created_at", TABLE, ["created_at"], schema="app")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON app.{TABLE} TO ims_app")
    for table in MADE_WITH_A_KEY:
        op.add_column(table, sa.Column("api_key_id", sa.Integer()), schema="app")
    _operations_of("'import', 'batch'")


def downgrade() -> None:
    op.execute("DELETE FROM app.operations WHERE kind = 'batch'")
    _operations_of("'import'")
    for table in MADE_WITH_A_KEY:
        op.drop_column(table, "api_key_id", schema="app")
    op.drop_table(TABLE, schema="app")


def _operations_of(kinds: str) -> None:
    name = op.f("ck_operations_kind")
    op.drop_constraint(name, "operations", schema="app")
    op.create_check_constraint(name, "operations", f"kind IN ({kinds})", schema="app")
