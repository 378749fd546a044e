"""Writing one chunk of rows in one transaction, by the functions that the API writes with."""

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm.exc import StaleDataError

from app.imports.comparing import Comparison, compare
from app.imports.policy import Policy
from app.imports.reading import Record
from app.interactions.creating import store_interactions
from app.interactions.repository import update_interactions
from app.tenancy.scope import SiteScope
from app.tenancy.session import ReadSession, WriteSession, scoped_session

TRIES = 3

Alongside = Callable[[WriteSession, list[Comparison]], Awaitable[None]]
"""What else is written in the transaction of some rows."""


class Writer:
    """Compares rows with what is stored, and writes what has to be written."""

    def __init__(self, policy: Policy, operation_id: UUID | None) -> None:
        self._policy = policy
        self._operation_id = operation_id

    async def preview(self, session: ReadSession, records: Sequence[Record]) -> list[Comparison]:
        """Tell what writing these would do, site by site."""
        found = []
        for site_id, of_site in by_site(records).items():
            if site_id is None:  # a site that a dry run does not make
                found.append(Comparison(new=of_site))
            else:
                found.append(await self._compare(session, site_id, of_site))
        return found

    async def write(self, session: WriteSession, records: Sequence[Record]) -> list[Comparison]:
        """Write these, site by site, in the session's transaction."""
        found = []
        for site_id, of_site in by_site(records).items():
            assert site_id is not None  # noqa: S101 - only a dry run has sites that are not there
            one = await self._compare(session, site_id, of_site)
            if one.new:
                await store_interactions(
                    session,
                    site_id,
                    [record.content for record in one.new],
                    operation_id=self._operation_id,
                )
            if one.changed:
                await update_interactions(session, one.changed, operation_id=self._operation_id)
            session.expunge_all()  # so that memory does not grow with the chunk's sites
            found.append(one)
        return found

    async def _compare(
        self, session: ReadSession, site_id: int, records: Sequence[Record]
    ) -> Comparison:
        return await compare(
            session,
            site_id,
            records,
            policy=self._policy,
            operation_id=self._operation_id,
        )


def by_site(records: Sequence[Record]) -> dict[int | None, list[Record]]:
    """The records of each site, in the order of the sites."""
    found: dict[int | None, list[Record]] = {}
    for record in sorted(records, key=lambda record: record.site.id or 0):
        found.setdefault(record.site.id, []).append(record)
    return found


async def write_records(
    engine: AsyncEngine,
    scope: SiteScope,
    writer: Writer,
    records: Sequence[Record],
    *,
    alongside: Alongside | None = None,
) -> list[Comparison]:
    """Write records in a transaction of their own, which sees their sites and no others.

    Once more when somebody else wrote one of the rows at the same time.
    """
    narrow = scope.within({record.site.id for record in records if record.site.id is not None})
    for left in reversed(range(TRIES)):
        try:
            async with scoped_session(engine, narrow) as session:
                compared = await writer.write(session, records)
                if alongside is not None:
                    await alongside(session, compared)
                return compared
        except (StaleDataError, IntegrityError):
            if not left:
                raise
    raise AssertionError("unreachable")
