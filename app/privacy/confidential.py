"""Erasing a name from confidential notes, which the database cannot read."""

import structlog
from sqlalchemy import select

from app.core.sealing import KeyRing, SealBrokenError
from app.interactions.confidential import context_of
from app.interactions.repository import update_interactions
from app.models import Interaction
from app.privacy.pattern import Pattern
from app.tenancy.session import WriteSession

logger = structlog.get_logger()


class Notes:
    """The confidential notes of sites, opened one after the other."""

    def __init__(self, keys: KeyRing, *, dry_run: bool) -> None:
        self._keys = keys
        self._dry_run = dry_run

    async def erase(
        self, session: WriteSession, site_id: int, pattern: Pattern, *, behind: int, most: int
    ) -> tuple[int, int | None]:
        """Erase the name from the next notes; answers from how many, and the last looked at.

        Each is a new version, whose entry in the history says nothing of the notes.
        """
        statement = (
            select(Interaction)
            .where(
                Interaction.site_id == site_id,
                Interaction.id > behind,
                Interaction.sealed_notes.is_not(None),
                ~Interaction.legal_hold,
            )
            .order_by(Interaction.id)
            .limit(most)
        )
        if not self._dry_run:
            statement = statement.with_for_update()
        rows = (await session.scalars(statement)).all()
        found = [(row, text) for row in rows if (text := self._without(row, pattern)) is not None]
        if not self._dry_run:
            context = context_of(site_id)
            await update_interactions(
                session,
                [
                    (row, {"sealed_notes": self._keys.seal(text, context=context)})
                    for row, text in found
                ],
            )
        return len(found), rows[-1].id if rows else None

    def _without(self, row: Interaction, pattern: Pattern) -> str | None:
        """The notes without the name; None when it is not in them, or they cannot be opened."""
        try:
            text = self._keys.open(row.sealed_notes or b"", context=context_of(row.site_id))
        except SealBrokenError as error:
            logger.error("confidential_notes_unreadable", reason=str(error), interaction_id=row.id)
            return None
        redacted = pattern.redacted(text)
        return None if redacted == text else redacted
