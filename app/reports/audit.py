"""What happens to reports, as events of the sites that they are about."""

from app.audit.record import Action, record_event
from app.models import Job
from app.tenancy.session import WriteSession

MAX_SITES = 100
"""Of a report on more sites than this there is one event, and none at each of them."""


def record_report(session: WriteSession, action: Action, row: Job) -> None:
    """Write down what is done with a report, where the admins of its sites see it."""
    seen = [site_id for site_id in row.site_ids if site_id in session.scope.roles]
    details: dict[str, object] = {"kind": row.kind, "format": row.parameters["format"]}
    places: list[int | None] = [*seen]
    if not 0 < len(seen) <= MAX_SITES:
        details["sites"] = len(seen)
        places = [None]
    for site_id in places:
        record_event(
            session,
            action,
            actor_id=session.scope.user_id,
            site_id=site_id,
            subject=f"report:{row.id}",
            details=details,
        )
