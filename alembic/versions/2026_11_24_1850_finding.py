"""What finding is made of: folded texts with their index, and numbers that need no counting.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# The small sigma (963) has a form of its own (962) at the end of a word; its capital has not.
FOLD = """
    CREATE OR REPLACE FUNCTION app.fold(value text)
    RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN translate(lower(public.unaccent('public.unaccent'::regdictionary, value)), chr(962), chr(963))
"""
FOLD_BEFORE = """
    CREATE OR REPLACE FUNCTION app.fold(value text)
    RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN lower(public.unaccent('public.unaccent'::regdictionary, value))
"""

# All that is searched, folded, one text after the other: title, lead, location, description,
# notes. No text can hold the separator, so nothing matches across two of them.
DOCUMENT = """
    CREATE FUNCTION app.document(title text, lead text, location text, description text, notes text)
    RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN app.fold(regexp_replace(
        title || E'\\x1f' || lead || E'\\x1f' || coalesce(location, '') || E'\\x1f'
            || description || E'\\x1f' || coalesce(notes, ''),
        '\\s+', ' ', 'g'
    ))
"""

# A moment as the API and the history write it: in UTC, with fractions of a second if there are any.
RFC3339 = """
    CREATE FUNCTION app.rfc3339(moment timestamptz) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
    RETURN to_char(
        moment AT TIME ZONE 'UTC',
        CASE WHEN extract(microseconds FROM moment)::bigint % 1000000 = 0
            THEN 'YYYY-MM-DD"T"HH24:MI:SS"Z"' ELSE 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"' END
    )
"""

SITE_OWNED = ("site_counters", "interaction_counts", "interaction_deltas")

# Under row-level security an index serves no condition that could leak, and LIKE could. These two
# views belong to a role that sees all rows, and hold the scope themselves: the one for few sites
# has it searched for in the index along with the words, the other compares it row by row, which
# is cheaper where the scope is most of all there is.
VIEWS = {
    "documents_of_few_sites": "ARRAY[site_id] OPERATOR(public.&&) (SELECT app.site_ids())::int[]",
    "documents_of_many_sites": "site_id = ANY ((SELECT app.site_ids())::int[])",
}
VIEW = """
    CREATE VIEW app.{name} AS SELECT site_id, id, start_datetime, document
    FROM app.interactions WHERE deleted_at IS NULL AND {scope}
"""
SEARCH_GRANT = "SELECT (site_id, id, start_datetime, document, deleted_at) ON app.interactions"


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


def number(table: str, *key: str) -> list[sa.schema.SchemaItem]:
    """The site of a table of numbers, and its primary key."""
    return [
        sa.ForeignKeyConstraint(["site_id"], ["app.sites.id"], name=op.f(f"fk_{table}_site_id")),
        sa.PrimaryKeyConstraint("site_id", *key, name=op.f(f"pk_{table}")),
    ]


def upgrade() -> None:
    make_documents()
    make_numbers()
    make_views()
    op.execute(RFC3339)


def make_documents() -> None:
    op.execute(FOLD)
    op.execute(DOCUMENT)
    op.add_column(
        "interactions",
        sa.Column(
            "document",
            sa.Text(),
            sa.Computed("app.document(title, lead, location, description, notes)", persisted=True),
            nullable=False,
        ),
        schema="app",
    )
    # Rows of up to half a page stay whole: a walk over documents would fetch each from elsewhere.
    op.execute("ALTER TABLE app.interactions SET (toast_tuple_target = 4080)")
    op.execute(
        "CREATE INDEX ix_interactions_document ON app.interactions"
        " USING gin ((ARRAY[site_id]) public.gin__int_ops, document public.gin_trgm_ops)"
        " WHERE deleted_at IS NULL"
    )
    replace_site_start(["end_datetime", "type", "lead"])


def replace_site_start(included: list[str] | None) -> None:
    """Make the index of a site's list anew, with columns to be counted from it alone."""
    op.drop_index("ix_interactions_site_start", "interactions", schema="app")
    op.create_index(
        "ix_interactions_site_start",
        "interactions",
        ["site_id", sa.text("start_datetime DESC"), sa.text("id DESC")],
        schema="app",
        postgresql_include=included,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )


def make_numbers() -> None:
    op.create_table(
        "site_counters",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("writes", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("interactions", sa.BigInteger(), server_default="0", nullable=False),
        *number("site_counters"),
        schema="app",
    )
    op.create_table(
        "interaction_counts",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("interactions", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("minutes", sa.BigInteger(), server_default="0", nullable=False),
        *number("interaction_counts", "type", "month"),
        schema="app",
    )
    op.create_table(
        "interaction_deltas",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("interactions", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.BigInteger(), nullable=False),
        *number("interaction_deltas", "id"),
        schema="app",
    )
    for table in SITE_OWNED:
        secure(table)
    op.execute(
        "GRANT SELECT, INSERT, UPDATE ON app.site_counters, app.interaction_counts TO ims_app"
    )
    op.execute("GRANT SELECT, INSERT, DELETE ON app.interaction_deltas TO ims_app")
    count_what_is_there()


def count_what_is_there() -> None:
    # The owner sees no row of a site, the migrator all.
    op.execute("SET LOCAL ROLE ims_migrator")
    op.execute("""
        INSERT INTO app.interaction_counts (site_id, type, month, interactions, minutes)
        SELECT site_id, type, date_trunc('month', start_datetime, 'UTC') AT TIME ZONE 'UTC',
            count(*), sum(floor(extract(epoch FROM end_datetime - start_datetime) / 60))
        FROM app.interactions WHERE deleted_at IS NULL GROUP BY 1, 2, 3
    """)
    op.execute("""
        INSERT INTO app.site_counters (site_id, writes, interactions)
        SELECT site_id, count(*), count(*) FILTER (WHERE deleted_at IS NULL)
        FROM app.interactions GROUP BY 1
    """)
    op.execute("SET LOCAL ROLE ims_owner")


def make_views() -> None:
    op.execute("CREATE POLICY search ON app.interactions FOR SELECT TO ims_search USING (true)")
    op.execute(f"GRANT {SEARCH_GRANT} TO ims_search")
    op.execute("GRANT CREATE ON SCHEMA app TO ims_search")
    for name, scope in VIEWS.items():
        op.execute(VIEW.format(name=name, scope=scope))
        op.execute(f"GRANT SELECT ON app.{name} TO ims_app")
        op.execute(f"ALTER VIEW app.{name} OWNER TO ims_search")
    op.execute("REVOKE CREATE ON SCHEMA app FROM ims_search")


def downgrade() -> None:
    op.execute("DROP FUNCTION app.rfc3339(timestamptz)")
    op.execute("SET LOCAL ROLE ims_search")
    for name in VIEWS:
        op.execute(f"DROP VIEW app.{name}")
    op.execute("SET LOCAL ROLE ims_owner")
    op.execute(f"REVOKE {SEARCH_GRANT} FROM ims_search")
    op.execute("DROP POLICY search ON app.interactions")
    for table in reversed(SITE_OWNED):
        op.drop_table(table, schema="app")
    replace_site_start(None)
    op.drop_index("ix_interactions_document", "interactions", schema="app")
    op.execute("ALTER TABLE app.interactions RESET (toast_tuple_target)")
    op.drop_column("interactions", "document", schema="app")
    op.execute("DROP FUNCTION app.document(text, text, text, text, text)")
    op.execute(FOLD_BEFORE)
