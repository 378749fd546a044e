"""`/sites/{site_id}/retention`: how long a site keeps what it has."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request

from app.audit.record import Action, record_event
from app.audit_events.keeping import find_rules
from app.core.config import Settings
from app.core.fields import SiteId
from app.core.http.routing import Router
from app.core.vocabulary import Role
from app.retention import preview, repository
from app.retention.presentation import present
from app.retention.rules import Rules, bounds_of
from app.retention.schemas import RetentionPreview, RetentionRead, RetentionReplace
from app.tenancy.dependencies import AdminReads, AdminWrites

router = Router(prefix="/sites/{site_id}/retention", tags=["retention"])


async def get_settings_of(request: Request) -> Settings:
    """The settings of this process."""
    settings: Settings = request.app.state.settings
    return settings


CurrentSettings = Annotated[Settings, Depends(get_settings_of)]


@router.get("", operation_id="getRetention")
async def get_retention(
    session: AdminReads, settings: CurrentSettings, site_id: SiteId
) -> RetentionRead:
    """Read how long the site keeps interactions, their history, the trash and the audit."""
    return present(site_id, await find_rules(session), settings)


@router.put("", operation_id="replaceRetention")
async def replace_retention(
    session: AdminWrites, settings: CurrentSettings, site_id: SiteId, body: RetentionReplace
) -> RetentionRead:
    """Set how long the site keeps what it has. The next run, at night, goes by it.

    An interaction with a legal hold stays whatever the rules say, and its history with it. Of an
    interaction that is gone the history stays as long as `history_days` says.
    """
    session.scope.require_writable(site_id, Role.SITE_ADMIN)
    content = body.model_dump(exclude={"audit_days"})
    content |= {f"audit_days_{name}": days for name, days in body.audit_days}
    row = await repository.replace_rules(session, site_id, content)
    record_event(
        session,
        Action.RETENTION_CHANGED,
        actor_id=session.scope.user_id,
        site_id=site_id,
        details=content,
    )
    return present(site_id, row, settings)


@router.get("/preview", operation_id="previewRetention")
async def preview_retention(
    session: AdminReads, settings: CurrentSettings, site_id: SiteId
) -> RetentionPreview:
    """Tell what the next run would remove if it came now. Nothing is removed by asking."""
    rules = Rules.of(await find_rules(session), settings)
    now = datetime.now(UTC)
    bounds = bounds_of(rules, now)
    return RetentionPreview(
        site_id=site_id,
        at=now,
        interactions=await preview.due_interactions(session, bounds),
        trash=await preview.due_trash(session, bounds),
        history=await preview.due_history(session, bounds),
        audit_events=await preview.due_events(session, bounds),
        held=await preview.count_held(session, bounds),
    )
