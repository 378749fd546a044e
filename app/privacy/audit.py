"""What is done about one person, as events: ids and counts, never the name."""

from app.audit.record import Action, record_event
from app.models import Job
from app.privacy.schemas import MAX_SITES
from app.tenancy.session import WriteSession


def record_request(session: WriteSession, action: Action, row: Job) -> None:
    """Write down what is done with a request, where the admins of its sites see it.

    One about a user, or about more sites than a request can name, is an event of no site.
    """
    person = row.parameters["person"]
    is_user = isinstance(person, int)
    details: dict[str, object] = {"sites": len(row.site_ids)}
    if is_user:
        details["user_id"] = person
    if row.parameters.get("dry_run"):
        details["dry_run"] = True
    places = [None] if is_user or len(row.site_ids) > MAX_SITES else row.site_ids
    for site_id in places:
        record_event(
            session,
            action,
            actor_id=session.scope.user_id,
            site_id=site_id,
            subject=f"privacy_request:{row.id}",
            details=details,
        )
