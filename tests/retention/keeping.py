"""A site with rows of whatever age, and what is left of them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.audit_events.keeping import find_rules
from app.core.config import Settings
from app.core.vocabulary import Role
from app.models import Interaction, Site, User
from app.retention.jobs import apply_at_site
from app.retention.rules import Rules, bounds_of
from app.tenancy.scope import SiteScope
from app.tenancy.session import read_session
from tests.factories import Client, Make

Json = dict[str, Any]

_AGE = text("""
    UPDATE app.interactions SET legal_hold = :held,
        deleted_at = now() - CAST(:trashed_days AS float) * interval '1 day'
    WHERE id = :id
""")
_UNCOUNT = text("""
    INSERT INTO app.interaction_deltas (site_id, type, month, interactions, minutes)
    SELECT site_id, type, date_trunc('month', start_datetime AT TIME ZONE 'UTC'), -1,
        -floor(extract(epoch FROM end_datetime - start_datetime) / 60)
    FROM app.interactions WHERE id = :id
""")
_AGE_HISTORY = text("""
    UPDATE app.interaction_changes
    SET changed_at = now() - CAST(:days AS float) * interval '1 day' WHERE interaction_id = :id
""")
_EVENTS = text("""
    INSERT INTO app.audit_events (site_id, action, at)
    SELECT :site_id, :action, now() - CAST(:days AS float) * interval '1 day'
""")


@dataclass(frozen=True, slots=True)
class Archive:
    """A site, its admin, and ways to look at it and to let time pass."""

    site: Site
    admin: User
    client: Client
    make: Make
    engine: AsyncEngine
    admin_engine: AsyncEngine
    settings: Settings

    @property
    def scope(self) -> SiteScope:
        """What the worker sees when it goes from site to site."""
        return SiteScope(0, {self.site.id: Role.VIEWER})

    @property
    def path(self) -> str:
        """Where the rules are."""
        return f"/sites/{self.site.id}/retention"

    async def rule(self, **rules: Any) -> Json:
        """Set rules."""
        response = await self.client.put(self.path, json=rules)
        assert response.status_code == 200, response.text
        answer: Json = response.json()
        return answer

    async def preview(self) -> Json:
        """What the next run would remove."""
        response = await self.client.get(f"{self.path}/preview")
        assert response.status_code == 200, response.text
        answer: Json = response.json()
        return answer

    async def add(
        self,
        *,
        ended_days: float = 1,
        trashed_days: float | None = None,
        changed_days: float = 0,
        held: bool = False,
        **over: Any,
    ) -> Interaction:
        """An interaction of some age, perhaps in the trash for a while, or held."""
        end = datetime.now(UTC) - timedelta(days=ended_days)
        times = {"start_datetime": end - timedelta(hours=1), "end_datetime": end}
        row = await self.make.interaction(self.site, self.admin, **times | over)
        await self.age(row.id, trashed_days=trashed_days, held=held)
        async with self.admin_engine.begin() as connection:
            if trashed_days is not None:
                await connection.execute(_UNCOUNT, {"id": row.id})
            await connection.execute(_AGE_HISTORY, {"id": row.id, "days": changed_days})
        return row

    async def age(
        self, interaction_id: int, *, trashed_days: float | None, held: bool = False
    ) -> None:
        """Let an interaction have been in the trash for a while, or held."""
        given = {"id": interaction_id, "held": held, "trashed_days": trashed_days}
        async with self.admin_engine.begin() as connection:
            await connection.execute(_AGE, given)

    async def happened(self, action: str, *, days: float) -> None:
        """An event of some age."""
        given = {"site_id": self.site.id, "action": action, "days": days}
        async with self.admin_engine.begin() as connection:
            await connection.execute(_EVENTS, given)

    async def run(self) -> None:
        """Apply the rules that hold now."""
        async with read_session(self.engine, self.scope) as session:
            rules = Rules.of(await find_rules(session), self.settings)
        await apply_at_site(self.engine, self.scope, bounds_of(rules, datetime.now(UTC)))

    async def ids(self) -> set[int]:
        """The interactions that are there, those in the trash too."""
        return set(await self._column("SELECT id FROM app.interactions WHERE site_id = :site_id"))

    async def history(self) -> list[int]:
        """The interactions that history knows of, once for each change."""
        return await self._column(
            "SELECT interaction_id FROM app.interaction_changes WHERE site_id = :site_id"
        )

    async def events(self, action: str) -> list[Json]:
        """The details of the site's events of a kind, the oldest first."""
        return await self._column(
            "SELECT details FROM app.audit_events WHERE site_id = :site_id AND action = :action"
            " ORDER BY id",
            action=action,
        )

    async def _column(self, statement: str, **given: Any) -> list[Any]:
        async with self.admin_engine.connect() as connection:
            values = {"site_id": self.site.id} | given
            return list(await connection.scalars(text(statement), values))
