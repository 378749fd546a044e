"""Setting the rules of retention that a site has of its own."""

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.models import SiteRetention
from app.tenancy.session import WriteSession, require_inside


async def replace_rules(
    session: WriteSession, site_id: int, content: Mapping[str, object]
) -> SiteRetention:
    """Give a site rules, in the place of those that it may have.

    Raises:
        OutsideScopeError: The site is not in the session's scope.
    """
    require_inside(session.scope, site_id, touched=session.touched)
    first = {"site_id": site_id, "updated_by": session.scope.user_id}
    await session.execute(insert(SiteRetention).values(first).on_conflict_do_nothing())
    statement = select(SiteRetention).where(SiteRetention.site_id == site_id)
    row = (await session.scalars(statement.with_for_update())).one()
    for name, value in {**content, "updated_by": session.scope.user_id}.items():
        setattr(row, name, value)
    row.updated_at = datetime.now(UTC)
    await session.flush()
    return row
