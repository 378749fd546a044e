"""The confidential notes of interactions: who may see and write them, and how they are stored.

They are sealed before the database has them, for their site: a value moved to another site does
not open. What cannot be opened, for its key is missing or it was changed, is not shown, is an
error in the log, and cannot be overwritten, so that nothing is lost once the key is back.
"""

import structlog

from app.core.errors import Unavailable, ValidationFailed
from app.core.sealing import KeyRing, SealBrokenError
from app.interactions import rules
from app.interactions.schemas import InteractionPatch, InteractionRead, InteractionReplace
from app.models import Interaction
from app.tenancy.scope import SiteScope

FIELD = "confidential_notes"

logger = structlog.get_logger()


def context_of(site_id: int) -> str:
    """What the notes of a site are sealed for."""
    return f"interactions.{FIELD}:{site_id}"


class ConfidentialNotes:
    """The confidential notes as one caller may see and write them."""

    def __init__(self, keys: KeyRing, scope: SiteScope) -> None:
        self._keys = keys
        self._scope = scope

    def show(self, row: Interaction, answer: InteractionRead) -> InteractionRead:
        """Add the notes to an answer, if the caller may see them; else there is no such field."""
        shown = self.shown(
            row.sealed_notes,
            interaction_id=row.id,
            site_id=row.site_id,
            created_by=row.created_by,
        )
        if FIELD in shown:
            answer.confidential_notes = shown[FIELD]
        return answer

    def shown(
        self, sealed: bytes | None, *, interaction_id: int, site_id: int, created_by: int
    ) -> dict[str, str | None]:
        """The field of an answer with the notes; empty when the caller may not see them."""
        if not self._are_for(site_id, created_by):
            return {}
        try:
            return {FIELD: self._opened(sealed, site_id)}
        except SealBrokenError as error:
            logger.error(
                "confidential_notes_unreadable",
                reason=str(error),
                site_id=site_id,
                interaction_id=interaction_id,
            )
            return {}

    def sealed(self, text: str | None, site_id: int) -> bytes | None:
        """The notes as they are stored."""
        return None if text is None else self._keys.seal(text, context=context_of(site_id))

    def replaced(
        self, row: Interaction, body: InteractionReplace | InteractionPatch
    ) -> dict[str, object]:
        """What a body with all of an interaction makes of the notes: nothing, if they stay.

        Raises:
            ValidationFailed: They are in it, and not for the caller.
            Unavailable: They are in it, and what is stored cannot be opened.
        """
        is_sent = FIELD in body.model_fields_set
        if not self._are_for(row.site_id, row.created_by):
            if is_sent:
                raise ValidationFailed(details={FIELD: "Confidential notes are not for you"})
            return {}
        try:
            is_same = self._opened(row.sealed_notes, row.site_id) == body.confidential_notes
        except SealBrokenError:
            if is_sent:
                raise Unavailable("The confidential notes cannot be changed just now") from None
            is_same = True
        if is_same:
            return {}
        return {"sealed_notes": self.sealed(body.confidential_notes, row.site_id)}

    def patched(self, row: Interaction, body: InteractionPatch) -> dict[str, object]:
        """What a body with a part of an interaction makes of the notes.

        Raises:
            ValidationFailed: They are in it, and not for the caller.
            Unavailable: They are in it, and what is stored cannot be opened.
        """
        return self.replaced(row, body) if FIELD in body.model_fields_set else {}

    def _are_for(self, site_id: int, created_by: int) -> bool:
        return rules.may_see_confidential_notes(
            self._scope.roles[site_id], user_id=self._scope.user_id, created_by=created_by
        )

    def _opened(self, sealed: bytes | None, site_id: int) -> str | None:
        return None if sealed is None else self._keys.open(sealed, context=context_of(site_id))
