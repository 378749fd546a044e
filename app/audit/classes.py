"""How long which events are kept: each belongs to a class with a number of days of its own."""

from enum import StrEnum

from app.audit.record import Action
from app.core.config import Settings


class EventClass(StrEnum):
    """What an event is about."""

    AUTHENTICATION = "authentication"
    ACCESS = "access"
    ADMINISTRATION = "administration"

    def days(self, settings: Settings) -> int:
        """How long its events are kept."""
        return {
            EventClass.AUTHENTICATION: settings.audit_days_authentication,
            EventClass.ACCESS: settings.audit_days_access,
            EventClass.ADMINISTRATION: settings.audit_days_administration,
        }[self]

    @property
    def actions(self) -> list[str]:
        """The names of its actions, as they are stored."""
        return [action.value for action in Action if CLASS_OF[action] is self]


CLASS_OF = {
    Action.LOGIN_SUCCEEDED: EventClass.AUTHENTICATION,
    Action.LOGIN_FAILED: EventClass.AUTHENTICATION,
    Action.LOGGED_OUT: EventClass.AUTHENTICATION,
    Action.LOGIN_LOCKED: EventClass.AUTHENTICATION,
    Action.REFRESH_TOKEN_REUSED: EventClass.AUTHENTICATION,
    Action.SESSION_REUSED: EventClass.AUTHENTICATION,
    Action.SESSION_REVOKED: EventClass.AUTHENTICATION,
    Action.PASSWORD_CHANGED: EventClass.AUTHENTICATION,
    Action.PASSWORD_RESET_REQUESTED: EventClass.AUTHENTICATION,
    Action.PASSWORD_RESET: EventClass.AUTHENTICATION,
    Action.SECOND_FACTOR_ADDED: EventClass.AUTHENTICATION,
    Action.SECOND_FACTOR_REMOVED: EventClass.AUTHENTICATION,
    Action.ACCESS_DENIED: EventClass.ACCESS,
    Action.AUDIT_READ: EventClass.ACCESS,
    Action.REPORT_REQUESTED: EventClass.ACCESS,
    Action.REPORT_DOWNLOADED: EventClass.ACCESS,
    Action.REPORT_DROPPED: EventClass.ACCESS,
    Action.SCHEDULE_CREATED: EventClass.ACCESS,
    Action.SCHEDULE_CHANGED: EventClass.ACCESS,
    Action.SCHEDULE_DELETED: EventClass.ACCESS,
    Action.IDENTITY_LINKED: EventClass.ADMINISTRATION,
    Action.API_KEY_CREATED: EventClass.ADMINISTRATION,
    Action.API_KEY_ROTATED: EventClass.ADMINISTRATION,
    Action.API_KEY_REVOKED: EventClass.ADMINISTRATION,
    Action.KEYS_ROTATED: EventClass.ADMINISTRATION,
    Action.AUDIT_PURGED: EventClass.ADMINISTRATION,
    Action.DEMO_SEEDED: EventClass.ADMINISTRATION,
    Action.SITE_CREATED: EventClass.ADMINISTRATION,
    Action.SITE_UPDATED: EventClass.ADMINISTRATION,
    Action.SITE_DEACTIVATED: EventClass.ADMINISTRATION,
    Action.MEMBER_ADDED: EventClass.ADMINISTRATION,
    Action.MEMBER_CHANGED: EventClass.ADMINISTRATION,
    Action.MEMBER_REMOVED: EventClass.ADMINISTRATION,
    Action.USER_CREATED: EventClass.ADMINISTRATION,
    Action.USER_UPDATED: EventClass.ADMINISTRATION,
    Action.USER_DEACTIVATED: EventClass.ADMINISTRATION,
    Action.JOB_RETRIED: EventClass.ADMINISTRATION,
    Action.RETENTION_CHANGED: EventClass.ADMINISTRATION,
    Action.RETENTION_APPLIED: EventClass.ADMINISTRATION,
    Action.LEGAL_HOLD_SET: EventClass.ADMINISTRATION,
    Action.LEGAL_HOLD_LIFTED: EventClass.ADMINISTRATION,
    Action.PRIVACY_EXPORT_REQUESTED: EventClass.ADMINISTRATION,
    Action.PRIVACY_EXPORT_DOWNLOADED: EventClass.ADMINISTRATION,
    Action.ERASURE_REQUESTED: EventClass.ADMINISTRATION,
    Action.PERSON_ERASED: EventClass.ADMINISTRATION,
    Action.IMPORT_UPLOADED: EventClass.ACCESS,
    Action.IMPORT_DROPPED: EventClass.ACCESS,
    Action.IMPORT_COMMITTED: EventClass.ADMINISTRATION,
    Action.OPERATION_UNDONE: EventClass.ADMINISTRATION,
}
