"""Whose the interactions are that a batch names and its scope does not hold."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import text

from app.core.direct_pool import DirectPool
from app.core.statement import compile_statement
from app.interactions.foreign import foreign_refusal
from app.tenancy.scope import SiteForbidden, SiteScope
from app.tenancy.snapshot import snapshot

_SITES = compile_statement(
    text("""
        SELECT id, app.site_of_interaction(id) AS site_id
        FROM unnest(CAST(:ids AS bigint[])) AS id
    """)
)


@dataclass(frozen=True, slots=True)
class ForeignRows:
    """Tells other sites' interactions from those that are nowhere.

    Attributes:
        pool: Where it asks: the session that does not hold them never learns of them, and who
            holds a connection of the other pool must not wait for a second one of it.
        scope: All that the caller may see.
        is_concealed: Whether the two are to be told apart in no answer.
    """

    pool: DirectPool
    scope: SiteScope
    is_concealed: bool

    async def refusals(self, interaction_ids: Collection[int]) -> dict[int, SiteForbidden]:
        """Why the caller may not have those of them that other sites hold, by id."""
        if not interaction_ids:
            return {}
        nowhere = SiteScope(self.scope.user_id, {})
        async with snapshot(self.pool, nowhere) as seen:
            rows = await seen.fetch(_SITES, {"ids": list(interaction_ids)})
        found = {row["id"]: foreign_refusal(self.scope, row["site_id"]) for row in rows}
        return {row_id: refusal for row_id, refusal in found.items() if refusal is not None}
