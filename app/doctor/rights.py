"""What the login may do: the wall between sites, and that what happened stays written."""

from sqlalchemy import Table, literal, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.database import unscoped_transaction
from app.doctor.deployment import Deployment
from app.doctor.finding import Finding, ok, wrong
from app.models import AuditEvent, Base, InteractionChange, SystemEvent
from app.models.base import SiteOwned

_POLICIES = text("""
    SELECT c.relname::text AS name, c.relrowsecurity AND c.relforcerowsecurity AS is_forced,
        array(
            SELECT p.policyname::text FROM pg_policies p
            WHERE p.schemaname = 'app' AND p.tablename = c.relname
                AND p.roles && ARRAY[current_user, 'public']::name[]
        ) AS policies
    FROM pg_class c WHERE c.relnamespace = to_regnamespace('app') AND c.relkind IN ('r', 'p')
""")

_PRIVILEGES = text("""
    SELECT c.relname::text, p.name
    FROM pg_class c, unnest(ARRAY[
        'SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER'
    ]) p (name)
    WHERE c.relnamespace = to_regnamespace('app') AND c.relkind IN ('r', 'p')
        AND (has_table_privilege(c.oid, p.name) OR CASE
            WHEN p.name IN ('SELECT', 'INSERT', 'UPDATE')
            THEN has_any_column_privilege(c.oid, p.name)
        END)
    UNION ALL SELECT 'password_hash', 'SELECT'
    WHERE has_column_privilege('app.password_credentials', 'password_hash', 'SELECT')
""")

_GROWS_ONLY = (AuditEvent, SystemEvent, InteractionChange)


async def check_row_security(deployment: Deployment) -> Finding:
    """Whether each table that sites own shows nothing of a site that is not in scope."""
    owned = [_table(model) for model in _models() if issubclass(model, SiteOwned)]
    async with unscoped_transaction(deployment.engine) as session:
        found = {row.name: row for row in await session.execute(_POLICIES)}
        if missing := [table.name for table in owned if table.name not in found]:
            return wrong(f"there is no {', '.join(missing)}", "Run `ims migrate`")
        open_ones = [
            table.name
            for table in owned
            if not found[table.name].is_forced
            or found[table.name].policies != ["site_scope"]
            or await _shows_rows(session, table)
        ]
    if open_ones:
        return wrong(
            f"not closed by row-level security and `site_scope` alone: {', '.join(open_ones)}",
            "Stop the service, and mend it as docs/troubleshooting.md says",
        )
    return ok(f"forced on {len(owned)} tables, and without a scope they show nothing")


async def check_grants(deployment: Deployment) -> Finding:
    """Whether the login may do what it has to, and cannot change what has happened."""
    async with unscoped_transaction(deployment.engine) as session:
        held = {(name, privilege) for name, privilege in await session.execute(_PRIVILEGES)}
    tables = [table.name for table in Base.metadata.tables.values()]
    too_many = held & {
        *((_table(model).name, word) for model in _GROWS_ONLY for word in ("UPDATE", "DELETE")),
        *((name, word) for name in tables for word in ("TRUNCATE", "TRIGGER")),
        ("password_hash", "SELECT"),
    }
    if too_many:
        return wrong(
            f"the login has {_listed(too_many)}", "As the tables' owner, REVOKE that from it"
        )
    if missing := {(name, word) for name in tables for word in ("SELECT", "INSERT")} - held:
        return wrong(f"the login has no {_listed(missing)}", "Run `ims migrate`")
    return ok("history and audit can only grow, password hashes are out of reach")


def _models() -> list[type[Base]]:
    return [mapper.class_ for mapper in Base.registry.mappers]


def _table(model: type[Base]) -> Table:
    assert isinstance(model.__table__, Table)  # noqa: S101 - none of ours is a join
    return model.__table__


async def _shows_rows(session: AsyncSession, table: Table) -> bool:
    # In the order of an index: a search for nothing must not read a large table from end to end.
    any_row = select(literal(1)).select_from(table).order_by(table.c.site_id).limit(1)
    return await session.scalar(any_row) is not None


def _listed(privileges: set[tuple[str, str]]) -> str:
    return ", ".join(f"{word} on {name}" for name, word in sorted(privileges))
