"""Statements about saved searches. They belong to persons: each says itself whom it shows.

That is the caller's own, and those that are shared with a site of the session's scope.
"""

from collections.abc import Mapping

from sqlalchemy import BigInteger, ColumnElement, Select, func, literal, or_, select

from app.auth.owners import lock_owner
from app.core.errors import Conflict, NotFound
from app.core.pagination import PageRequest
from app.models import SavedSearch, User
from app.saved_searches import rules
from app.tenancy.session import ReadSession, WriteSession

Found = tuple[SavedSearch, str]
"""A search, and what its owner is called."""


async def list_saved_searches(session: ReadSession, page: PageRequest) -> tuple[list[Found], int]:
    """A page of the searches that the caller may read, by name, and how many there are."""
    statement = (
        _with_owner(session)
        .order_by(func.lower(SavedSearch.name), SavedSearch.id)
        .limit(page.page_size)
        .offset(page.offset)
    )
    rows = (await session.execute(statement)).all()
    return [(row, name) for row, name in rows], await _count(session, _is_shown(session))


async def get_saved_search(session: ReadSession, search_id: int) -> Found:
    """One search.

    Raises:
        NotFound: There is none, or none that the caller may read.
    """
    found = (await session.execute(_with_owner(session).where(_is_it(search_id)))).one_or_none()
    if found is None:
        raise NotFound("There is no such saved search")
    row, name = found
    return row, name


async def lock_saved_search(session: WriteSession, search_id: int) -> SavedSearch:
    """One search, which nobody else changes until the transaction ends.

    Raises:
        NotFound: There is none, or none that the caller may read.
    """
    statement = select(SavedSearch).where(_is_shown(session), _is_it(search_id))
    row: SavedSearch | None = await session.scalar(statement.with_for_update())
    if row is None:
        raise NotFound("There is no such saved search")
    return row


async def create_saved_search(session: WriteSession, content: Mapping[str, object]) -> SavedSearch:
    """Store a search of the caller's.

    Raises:
        Conflict: They have as many as one can have.
    """
    owner_id = session.scope.user_id
    await lock_owner(session, owner_id)
    if await _count(session, SavedSearch.owner_id == owner_id) >= rules.MAX_SEARCHES:
        raise Conflict(
            f"You have {rules.MAX_SEARCHES} saved searches, and that is the most; delete one first"
        )
    row = SavedSearch(owner_id=owner_id, **content)
    session.add(row)
    await session.flush()
    return row


async def update_saved_search(
    session: WriteSession, row: SavedSearch, content: Mapping[str, object]
) -> None:
    """Change a locked search."""
    for name, value in content.items():
        setattr(row, name, value)
    await session.flush()
    await session.refresh(row)


async def delete_saved_search(session: WriteSession, row: SavedSearch) -> None:
    """Delete a locked search for good."""
    await session.delete(row)
    await session.flush()


def _with_owner(session: ReadSession) -> Select[SavedSearch, str]:
    return (
        select(SavedSearch, User.full_name)
        .join(User, User.id == SavedSearch.owner_id)
        .where(_is_shown(session))
    )


def _is_shown(session: ReadSession) -> ColumnElement[bool]:
    """What the caller may read; nothing in the database stands behind this predicate."""
    scope = session.scope
    return or_(SavedSearch.owner_id == scope.user_id, SavedSearch.shared_with.in_(scope.site_ids))


def _is_it(search_id: int) -> ColumnElement[bool]:
    return SavedSearch.id == literal(search_id, BigInteger())


async def _count(session: ReadSession, condition: ColumnElement[bool]) -> int:
    statement = select(func.count()).select_from(SavedSearch).where(condition)
    return await session.scalar(statement) or 0
