"""Searches that people keep and share.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLE = "saved_searches"


def moment(name: str) -> sa.Column:
    """A point in time, that of the row's beginning unless told otherwise."""
    now = sa.text("now()")
    return sa.Column(name, sa.DateTime(timezone=True), server_default=now, nullable=False)


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", postgresql.JSONB(), nullable=False),
        sa.Column("shared_with", sa.Integer(), nullable=True),
        moment("created_at"),
        moment("updated_at"),
        sa.CheckConstraint(
            "char_length(name) BETWEEN 1 AND 100", name=op.f("ck_saved_searches_name_length")
        ),
        sa.CheckConstraint(
            "jsonb_typeof(query) = 'object'", name=op.f("ck_saved_searches_query_form")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["app.users.id"], name=op.f("fk_saved_searches_owner_id")
        ),
        sa.ForeignKeyConstraint(
            ["shared_with"], ["app.sites.id"], name=op.f("fk_saved_searches_shared_with")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_searches")),
        schema="app",
    )
    op.create_index(
        "uq_saved_searches_name",
        TABLE,
        ["owner_id", sa.text("lower(name)")],
        unique=True,
        schema="app",
    )
    op.create_index(
        "ix_saved_searches_shared_with",
        TABLE,
        ["shared_with"],
        schema="app",
        postgresql_where=sa.text("shared_with IS NOT NULL"),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON app.saved_searches TO ims_app")


def downgrade() -> None:
    op.drop_table(TABLE, schema="app")
