"""Background jobs, and the schedules of reports.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLE = "jobs"
SCHEDULES = "report_schedules"
MAIL_KINDS = ("password_reset", "invitation")

KINDS = (
    "kind IN ('interaction_export', 'activity_summary', 'import_check', 'import_commit',"
    " 'import_undo', 'privacy_export', 'privacy_erasure')"
)
STATUSES = "status IN ('queued', 'running', 'succeeded', 'failed', 'cancelled', 'expired')"


def moment(name: str, *, is_now: bool = False) -> sa.Column:
    """A point in time, perhaps that of the row's beginning unless told otherwise."""
    now = sa.text("now()") if is_now else None
    return sa.Column(name, sa.DateTime(timezone=True), server_default=now, nullable=not is_now)


def count(name: str, kind: type[sa.Integer]) -> sa.Column:
    """A number that begins with zero."""
    return sa.Column(name, kind(), server_default="0", nullable=False)


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("parameters", postgresql.JSONB(), nullable=False),
        sa.Column("site_ids", sa.ARRAY(sa.Integer()), nullable=False),
        sa.Column("highest_role", sa.Text()),
        sa.Column("request_id", sa.Text()),
        sa.Column("status", sa.Text(), server_default="queued", nullable=False),
        count("attempt", sa.Integer),
        count("setbacks", sa.Integer),
        count("rows_done", sa.BigInteger),
        sa.Column("rows_total", sa.BigInteger()),
        sa.Column("timeout_seconds", sa.Integer()),
        sa.Column("error_code", sa.Text()),
        sa.Column("file_key", sa.Text()),
        sa.Column("file_name", sa.Text()),
        sa.Column("media_type", sa.Text()),
        sa.Column("file_size", sa.BigInteger()),
        moment("created_at", is_now=True),
        moment("due_at", is_now=True),
        moment("started_at"),
        moment("heartbeat_at"),
        moment("finished_at"),
        moment("expires_at"),
        sa.CheckConstraint(KINDS, name=op.f("ck_jobs_kind")),
        sa.CheckConstraint(STATUSES, name=op.f("ck_jobs_status")),
        sa.CheckConstraint(
            "highest_role IN ('viewer', 'editor', 'site_admin')", name=op.f("ck_jobs_highest_role")
        ),
        sa.CheckConstraint(
            "jsonb_typeof(parameters) = 'object'", name=op.f("ck_jobs_parameters_form")
        ),
        sa.CheckConstraint(
            "(status = 'failed') = (error_code IS NOT NULL)", name=op.f("ck_jobs_error_code")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["app.users.id"], name=op.f("fk_jobs_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        schema="app",
    )
    for name, columns, where in (
        ("ix_jobs_owner_id_id", ["owner_id", sa.text("id DESC")], None),
        (
            "ix_jobs_owner_id_started_at",
            ["owner_id", sa.text("started_at DESC NULLS LAST")],
            None,
        ),
        ("ix_jobs_open", ["due_at"], sa.text("status IN ('queued', 'running')")),
        ("ix_jobs_expires_at", ["expires_at"], sa.text("file_key IS NOT NULL")),
    ):
        op.create_index(name, TABLE, columns, schema="app", postgresql_where=where)
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON app.jobs TO ims_app")
    create_schedules()
    op.add_column("outgoing_mails", sa.Column("about_id", sa.BigInteger()), schema="app")
    replace_mail_kinds(*MAIL_KINDS, "report_ready")


def create_schedules() -> None:
    op.create_table(
        SCHEDULES,
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("site_ids", sa.ARRAY(sa.Integer())),
        sa.Column("cron", sa.Text(), nullable=False),
        sa.Column("tz", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("next_run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_report_id", sa.BigInteger()),
        sa.Column("last_error_code", sa.Text()),
        moment("created_at", is_now=True),
        moment("updated_at", is_now=True),
        sa.CheckConstraint(
            "jsonb_typeof(content) = 'object'", name=op.f("ck_report_schedules_content_form")
        ),
        sa.CheckConstraint(
            "char_length(cron) BETWEEN 9 AND 100", name=op.f("ck_report_schedules_cron_length")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["app.users.id"], name=op.f("fk_report_schedules_owner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_schedules")),
        schema="app",
    )
    op.create_index("ix_report_schedules_owner_id", SCHEDULES, ["owner_id"], schema="app")
    op.create_index(
        "ix_report_schedules_next_run_at",
        SCHEDULES,
        ["next_run_at"],
        schema="app",
        postgresql_where=sa.text("is_active"),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON app.report_schedules TO ims_app")


def replace_mail_kinds(*kinds: str) -> None:
    op.drop_constraint("ck_outgoing_mails_kind", "outgoing_mails", schema="app")
    words = ", ".join(f"'{kind}'" for kind in kinds)
    op.create_check_constraint(
        op.f("ck_outgoing_mails_kind"), "outgoing_mails", f"kind IN ({words})", schema="app"
    )


def downgrade() -> None:
    op.execute("DELETE FROM app.outgoing_mails WHERE kind = 'report_ready'")
    replace_mail_kinds(*MAIL_KINDS)
    op.drop_column("outgoing_mails", "about_id", schema="app")
    op.drop_table(SCHEDULES, schema="app")
    op.drop_table(TABLE, schema="app")
