"""The legal hold on an interaction: whoever sets and lifts it can be seen afterwards."""

from collections.abc import Mapping

from app.audit.record import Action, record_event
from app.core.vocabulary import Role
from app.interactions.schemas import InteractionPatch, InteractionReplace
from app.models import Interaction
from app.tenancy.scope import SiteScope
from app.tenancy.session import WriteSession

FIELD = "legal_hold"


def changed(
    scope: SiteScope, row: Interaction, body: InteractionReplace | InteractionPatch
) -> dict[str, object]:
    """What a body makes of the legal hold: nothing, if it stays.

    Raises:
        SiteForbidden: It would change, and the caller is no site_admin there.
    """
    if FIELD not in body.model_fields_set or body.legal_hold == row.legal_hold:
        return {}
    scope.require(row.site_id, Role.SITE_ADMIN)
    return {FIELD: body.legal_hold}


def record(session: WriteSession, row: Interaction, change: Mapping[str, object]) -> None:
    """Write down that a hold was set or lifted, if it was."""
    if change:
        record_event(
            session,
            Action.LEGAL_HOLD_SET if row.legal_hold else Action.LEGAL_HOLD_LIFTED,
            actor_id=session.scope.user_id,
            site_id=row.site_id,
            subject=f"interaction:{row.id}",
        )
