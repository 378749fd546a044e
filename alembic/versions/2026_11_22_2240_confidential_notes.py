"""Confidential notes of an interaction, sealed before they come here.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "interactions",
        sa.Column("confidential_notes", sa.LargeBinary(), nullable=True),
        schema="app",
    )


def downgrade() -> None:
    op.drop_column("interactions", "confidential_notes", schema="app")
