"""The user in whose name an import writes."""

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.database import unscoped_transaction
from app.core.vocabulary import Role
from app.imports.errors import CannotImportError
from app.models import User
from app.tenancy.scope import SiteScope


async def find_user(engine: AsyncEngine, username: str | None) -> int:
    """An active user by name; without one the first active system administrator.

    Raises:
        CannotImportError: There is none.
    """
    users = select(User.id).where(User.is_active).order_by(User.id).limit(1)
    if username is None:
        users = users.where(User.is_system_admin)
    else:
        users = users.where(func.lower(User.username) == func.lower(username))
    async with unscoped_transaction(engine) as session:
        user_id = await session.scalar(users)
    if user_id is None:
        who = "system administrator" if username is None else f"user {username!r}"
        raise CannotImportError(f"There is no active {who}; name one with --as")
    return user_id


async def read_scope(engine: AsyncEngine, user_id: int) -> SiteScope:
    """The sites of a user with the role at each, as a request of theirs would have them."""
    # No login is asked for: whoever runs this holds the database's own.
    statement = text("SELECT * FROM app.caller(:user_id, NULL)")
    async with unscoped_transaction(engine) as session:
        row = (await session.execute(statement, {"user_id": user_id})).one()
    return SiteScope(
        user_id=user_id,
        roles={site_id: Role(role) for site_id, role in zip(row.site_ids, row.roles, strict=True)},
        is_system_admin=row.is_system_admin,
        inactive=frozenset(row.inactive_site_ids),
    )
