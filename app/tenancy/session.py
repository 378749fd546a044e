"""The session that sees only a scope's sites: the whole promise of isolation is in this file.

Two walls. The listeners below give every ORM statement its site predicate and refuse to write
outside the scope; that is for plans and for clear errors. The transaction's own setting makes
row-level security do the same again in the database, for whatever the listeners do not reach:
raw SQL, bulk statements, a forgotten predicate.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import lru_cache

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import FromStatement, ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.sql.base import ExecutableOption

from app.core.database import BEGIN_WITH, transaction
from app.models import Site
from app.models.base import SiteOwned
from app.tenancy.scope import SiteScope

SCOPE = "scope"
TOUCHED = "touched"
KEPT_CRITERIA = 1_000
"""Of how many scopes: making them takes longer than many a statement does."""


class OutsideScopeError(RuntimeError):
    """Code tried to write a row of a site outside its session's scope: a fault of ours."""


class FilteredSession(Session):
    """The synchronous heart of the scoped sessions; the listeners are on this class."""


class ReadSession(AsyncSession):
    """A session that sees the rows of its scope, in a read-only transaction."""

    sync_session_class = FilteredSession

    @property
    def scope(self) -> SiteScope:
        """Whose session this is, and for which sites."""
        scope: SiteScope = self.info[SCOPE]
        return scope


class WriteSession(ReadSession):
    """A session that sees and writes the rows of its scope."""

    @property
    def touched(self) -> set[int]:
        """The sites of which something was written."""
        touched: set[int] = self.info[TOUCHED]
        return touched


@asynccontextmanager
async def read_session(engine: AsyncEngine, scope: SiteScope) -> AsyncIterator[ReadSession]:
    """Open a read-only transaction that sees the scope's sites."""
    async with transaction(engine, ReadSession, _info(scope), read_only=True) as session:
        yield session


@asynccontextmanager
async def scoped_session(engine: AsyncEngine, scope: SiteScope) -> AsyncIterator[WriteSession]:
    """Open a transaction for the scope's sites; it commits when the block ends well."""
    async with transaction(engine, WriteSession, _info(scope)) as session:
        yield session


def _info(scope: SiteScope) -> dict[str, object]:
    return {SCOPE: scope, TOUCHED: set(), BEGIN_WITH: scope_setting(scope)}


def scope_setting(scope: SiteScope) -> str:
    """The SQL that shows the rows of a scope to the rest of a transaction."""
    # SET LOCAL takes no parameters, so only what int() made may get in here. A statement and not
    # set_config(): a distributed PostgreSQL passes on the one and not the other.
    ids = ",".join(str(int(site_id)) for site_id in scope.site_ids)
    return f"SET LOCAL app.site_ids = '{{{ids}}}';"


@event.listens_for(FilteredSession, "do_orm_execute")
def _filter(state: ORMExecuteState) -> None:
    """Give every ORM statement, at any depth of it, the predicate of the scope."""
    if state.is_column_load or state.is_relationship_load:
        return  # these inherit the options of the statement that loaded their parent
    if isinstance(state.statement, FromStatement):
        return  # written by hand, so with its own predicate
    state.statement = state.statement.options(*_criteria(state.session.info[SCOPE].site_ids))


@lru_cache(maxsize=KEPT_CRITERIA)
def _criteria(ids: tuple[int, ...]) -> tuple[ExecutableOption, ExecutableOption]:
    """The predicate for whatever a site owns, and for the sites themselves."""
    if len(ids) == 1:  # equality keeps the order of an index, IN does not
        one = ids[0]
        return (
            with_loader_criteria(
                SiteOwned, lambda owned: owned.site_id == one, include_aliases=True
            ),
            with_loader_criteria(Site, Site.id == one, include_aliases=True),
        )
    return (
        with_loader_criteria(SiteOwned, lambda owned: owned.site_id.in_(ids), include_aliases=True),
        with_loader_criteria(Site, Site.id.in_(ids), include_aliases=True),
    )


@event.listens_for(FilteredSession, "before_flush")
def _refuse_writes_outside(session: Session, _context: object, _instances: object) -> None:
    """Refuse rows of other sites before they are sent.

    Raises:
        OutsideScopeError: Some row to be written belongs to a site outside the scope.
    """
    scope, touched = session.info[SCOPE], session.info[TOUCHED]
    for row in (*session.new, *session.dirty, *session.deleted):
        if isinstance(row, SiteOwned):
            require_inside(scope, row.site_id, touched=touched)


def require_inside(scope: SiteScope, site_id: int, *, touched: set[int]) -> None:
    """Refuse to write what is of another site; what is not is touched.

    Raises:
        OutsideScopeError: It is.
    """
    if site_id not in scope.roles:
        raise OutsideScopeError(f"Something of site {site_id} was to be written outside its scope")
    touched.add(site_id)
