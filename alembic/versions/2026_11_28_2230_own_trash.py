"""What one person has in the trash of a site.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

NAME = "ix_interactions_own_trash"


def upgrade() -> None:
    op.create_index(
        NAME,
        "interactions",
        ["site_id", "created_by", "deleted_at"],
        schema="app",
        postgresql_where=sa.text("deleted_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index(NAME, "interactions", schema="app")
