"""From stored rules to those that hold."""

from app.core.config import Settings
from app.models import SiteRetention
from app.retention.rules import Rules
from app.retention.schemas import AuditDays, RetentionRead


def present(site_id: int, own: SiteRetention | None, settings: Settings) -> RetentionRead:
    """The rules that hold at a site."""
    rules = Rules.of(own, settings)
    return RetentionRead(
        site_id=site_id,
        interactions_years=rules.interactions_years,
        trash_days=rules.trash_days,
        history_days=rules.history_days,
        audit_days=AuditDays(**{kind.value: days for kind, days in rules.audit_days.items()}),
        updated_at=None if own is None else own.updated_at,
        updated_by=None if own is None else own.updated_by,
    )
