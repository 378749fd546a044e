"""How people and machines show who they are: keys, providers, second factors, links, messages.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = (
    "api_keys",
    "external_identities",
    "totp_credentials",
    "password_links",
    "login_attempts",
    "outgoing_mails",
)
EVENTS = ("audit_events", "system_events")


def moment(name: str, *, now: bool = False, nullable: bool = False) -> sa.Column:
    """A point in time, by default that of the row's beginning or none."""
    default = sa.text("now()") if now else None
    return sa.Column(name, sa.DateTime(timezone=True), server_default=default, nullable=nullable)


def owner(table: str, column: str) -> sa.ForeignKeyConstraint:
    """The person whose row it is."""
    return sa.ForeignKeyConstraint([column], ["app.users.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("site_ids", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=True),
        moment("previous_expires_at", nullable=True),
        moment("created_at", now=True),
        moment("rotated_at", nullable=True),
        moment("expires_at"),
        moment("last_used_at", nullable=True),
        moment("revoked_at", nullable=True),
        sa.CheckConstraint(
            "role IN ('viewer', 'editor', 'site_admin')", name=op.f("ck_api_keys_role")
        ),
        sa.CheckConstraint(
            "char_length(name) BETWEEN 1 AND 100", name=op.f("ck_api_keys_name_length")
        ),
        sa.CheckConstraint(
            "octet_length(secret_hash) = 32", name=op.f("ck_api_keys_secret_hash_length")
        ),
        sa.CheckConstraint(
            "expires_at <= created_at + interval '366 days'", name=op.f("ck_api_keys_lifetime")
        ),
        owner("api_keys", "owner_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("public_id", name=op.f("uq_api_keys_public_id")),
        schema="app",
    )
    op.create_index("ix_api_keys_owner_id", "api_keys", ["owner_id"], schema="app")
    op.create_table(
        "external_identities",
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        moment("created_at", now=True),
        owner("external_identities", "user_id"),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_external_identities")),
        schema="app",
    )
    op.create_index(
        "ix_external_identities_user_id", "external_identities", ["user_id"], schema="app"
    )
    op.create_table(
        "totp_credentials",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        moment("created_at", now=True),
        moment("confirmed_at", nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=True),
        owner("totp_credentials", "user_id"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_totp_credentials")),
        schema="app",
    )
    op.create_table(
        "password_links",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        moment("created_at", now=True),
        moment("expires_at"),
        moment("used_at", nullable=True),
        sa.CheckConstraint("kind IN ('reset', 'invitation')", name=op.f("ck_password_links_kind")),
        sa.CheckConstraint(
            "octet_length(secret_hash) = 32", name=op.f("ck_password_links_secret_hash_length")
        ),
        owner("password_links", "user_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_links")),
        schema="app",
    )
    op.create_index("ix_password_links_user_id", "password_links", ["user_id"], schema="app")
    op.create_index("ix_password_links_expires_at", "password_links", ["expires_at"], schema="app")
    op.create_table(
        "login_attempts",
        sa.Column("pair", sa.LargeBinary(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("running", sa.Integer(), nullable=False),
        moment("last_at", now=True),
        sa.PrimaryKeyConstraint("pair", name=op.f("pk_login_attempts")),
        schema="app",
    )
    op.create_index("ix_login_attempts_last_at", "login_attempts", ["last_at"], schema="app")
    op.create_table(
        "outgoing_mails",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        moment("created_at", now=True),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        moment("next_attempt_at", now=True),
        sa.CheckConstraint(
            "kind IN ('password_reset', 'invitation')", name=op.f("ck_outgoing_mails_kind")
        ),
        sa.CheckConstraint(
            "char_length(address) BETWEEN 3 AND 254", name=op.f("ck_outgoing_mails_address_length")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing_mails")),
        schema="app",
    )
    op.create_index(
        "ix_outgoing_mails_next_attempt_at", "outgoing_mails", ["next_attempt_at"], schema="app"
    )
    for table in EVENTS:
        op.add_column(table, sa.Column("api_key_id", sa.Integer(), nullable=True), schema="app")
    op.execute("GRANT SELECT, INSERT, UPDATE ON app.api_keys TO ims_app")
    op.execute("GRANT SELECT, INSERT ON app.external_identities TO ims_app")
    for table in ("totp_credentials", "password_links", "login_attempts", "outgoing_mails"):
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON app.{table} TO ims_app")


def downgrade() -> None:
    for table in EVENTS:
        op.drop_column(table, "api_key_id", schema="app")
    for table in reversed(TABLES):
        op.drop_table(table, schema="app")
