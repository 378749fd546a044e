"""Recording what happened."""

from enum import StrEnum

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import AuditEvent, SystemEvent


class Action(StrEnum):
    """The names of what can happen."""

    LOGIN_SUCCEEDED = "login.succeeded"
    LOGIN_FAILED = "login.failed"
    LOGGED_OUT = "logout"
    REFRESH_TOKEN_REUSED = "refresh_token.reused"  # noqa: S105 - a name, not a secret
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

    The request's id and its masked address are those that the log lines of the request carry.

    Args:
        session: Its scope includes the site, if there is one.
        action: What happened.
        actor_id: Who did it; None when nobody is logged in.
        site_id: The site it belongs to; None for an event of no site.
        subject: The thing it was done to, by kind and id: `interaction:17`.
        details: Ids, roles and counts. No names and no texts.
    """
    context = structlog.contextvars.get_contextvars()
    common = {
        "action": action.value,
        "actor_id": actor_id,
        "subject": subject,
        "details": details,
        "request_id": context.get("request_id"),
        "address": context.get("address"),
    }
    if site_id is None:
        session.add(SystemEvent(**common))
    else:
        session.add(AuditEvent(site_id=site_id, **common))
