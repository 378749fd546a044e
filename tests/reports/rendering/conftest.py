"""Reports that are made of what there is at a site."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.core.direct_pool import DirectPool
from app.core.vocabulary import Role
from app.interactions.finding.from_query import tree_of_query
from app.interactions.finding.schemas import Query
from app.interactions.sorting import SortTerm
from app.models import Site, User
from app.reports.kinds import ReportFormat, ReportKind
from app.reports.makers import MAKERS
from app.reports.making import Making
from app.tenancy.scope import SiteScope
from app.tenancy.snapshot import Snapshot, snapshot
from tests.reports.snapshots import pool

__all__ = ["pool"]

NOW = datetime(2026, 11, 28, 18, tzinfo=UTC)

Made = Callable[..., Awaitable[Path]]


class NotedProgress:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.expected = self.rows = 0

    async def expect(self, rows: int) -> None:
        """Note how many rows there will be."""
        self.expected = rows

    async def done(self, rows: int) -> None:
        """Note how many are done."""
        self.rows = rows


@pytest.fixture
def progress() -> NotedProgress:
    """What the making of a report tells."""
    return NotedProgress()


@pytest.fixture
def made(pool: DirectPool, tmp_path: Path, progress: NotedProgress) -> Made:
    """Makes a report for somebody who sees some sites, and tells where it is."""

    async def make_report(
        kind: ReportKind,
        format_: ReportFormat,
        user: User,
        *sites: Site,
        query: dict[str, Any] | None = None,
        tz: str = "Europe/Paris",
        title: str = "A report",
    ) -> Path:
        scope = SiteScope(user.id, {site.id: Role.VIEWER for site in sites})
        asked = Query.model_validate(query or {})

        def seen() -> AbstractAsyncContextManager[Snapshot]:
            return snapshot(pool, scope)

        making = Making(
            scope=scope,
            query=asked,
            where=tree_of_query(asked, now=NOW),
            order=(SortTerm("start_datetime", descending=False),),
            tz=tz,
            title=title,
            now=NOW,
            path=tmp_path / f"report.{format_.value}",
            snapshot=seen,
            progress=progress,
        )
        await MAKERS[kind, format_](making)
        return making.path

    return make_report
