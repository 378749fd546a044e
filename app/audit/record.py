"""Recording what happened."""

from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.log_context import logged_fields
from app.models import AuditEvent, SystemEvent


class Action(StrEnum):
    """The names of what can happen."""

    LOGIN_SUCCEEDED = "login.succeeded"
    LOGIN_FAILED = "login.failed"
    LOGGED_OUT = "logout"
    LOGIN_LOCKED = "login.locked"
    REFRESH_TOKEN_REUSED = "refresh_token.reused"  # noqa: S105 - a name, not a secret
    SESSION_REUSED = "session.reused"
    SESSION_REVOKED = "session.revoked"
    PASSWORD_CHANGED = "password.changed"  # noqa: S105 - a name
    PASSWORD_RESET_REQUESTED = "password.reset_requested"  # noqa: S105 - a name
    PASSWORD_RESET = "password.reset"  # noqa: S105 - a name
    SECOND_FACTOR_ADDED = "second_factor.added"
    SECOND_FACTOR_REMOVED = "second_factor.removed"
    IDENTITY_LINKED = "identity.linked"
    API_KEY_CREATED = "api_key.created"
    API_KEY_ROTATED = "api_key.rotated"
    API_KEY_REVOKED = "api_key.revoked"
    KEYS_ROTATED = "encryption_keys.rotated"
    AUDIT_READ = "audit.read"
    AUDIT_PURGED = "audit.purged"
    DEMO_SEEDED = "demo.seeded"
    ACCESS_DENIED = "access_denied"
    SITE_CREATED = "site.created"
    SITE_UPDATED = "site.updated"
    SITE_DEACTIVATED = "site.deactivated"
    MEMBER_ADDED = "member.added"
    MEMBER_CHANGED = "member.changed"
    MEMBER_REMOVED = "member.removed"
    USER_CREATED = "user.created"
    USER_UPDATED = "user.updated"
    USER_DEACTIVATED = "user.deactivated"
    REPORT_REQUESTED = "report.requested"
    REPORT_DOWNLOADED = "report.downloaded"
    REPORT_DROPPED = "report.dropped"
    SCHEDULE_CREATED = "report_schedule.created"
    SCHEDULE_CHANGED = "report_schedule.changed"
    SCHEDULE_DELETED = "report_schedule.deleted"
    JOB_RETRIED = "job.retried"
    RETENTION_CHANGED = "retention.changed"
    RETENTION_APPLIED = "retention.applied"
    LEGAL_HOLD_SET = "legal_hold.set"
    LEGAL_HOLD_LIFTED = "legal_hold.lifted"
    PRIVACY_EXPORT_REQUESTED = "privacy.export_requested"
    PRIVACY_EXPORT_DOWNLOADED = "privacy.export_downloaded"
    ERASURE_REQUESTED = "privacy.erasure_requested"
    PERSON_ERASED = "privacy.person_erased"
    IMPORT_UPLOADED = "import.uploaded"
    IMPORT_COMMITTED = "import.committed"
    IMPORT_DROPPED = "import.dropped"
    OPERATION_UNDONE = "operation.undone"


def record_event(
    session: AsyncSession,
    action: Action,
    *,
    actor_id: int | None,
    site_id: int | None = None,
    subject: str | None = None,
    details: dict[str, object] | None = None,
) -> None:
    """Write one event into the transaction of what it tells of.

    The request's id, its masked address and the key it came with are those that the log lines of
    the request carry.

    Args:
        session: Its scope includes the site, if there is one.
        action: What happened.
        actor_id: Who did it; None when nobody is logged in.
        site_id: The site it belongs to; None for an event of no site.
        subject: The thing it was done to, by kind and id: `interaction:17`.
        details: Ids, roles and counts. No names and no texts.
    """
    context = logged_fields()
    common = {
        "action": action.value,
        "actor_id": actor_id,
        "subject": subject,
        "details": details,
        "request_id": context.get("request_id"),
        "address": context.get("address"),
        "api_key_id": context.get("api_key_id"),
    }
    if site_id is None:
        session.add(SystemEvent(**common))
    else:
        session.add(AuditEvent(site_id=site_id, **common))
