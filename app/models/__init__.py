"""The tables, one file each. Importing this package registers every one of them."""

from app.models.api_key import ApiKey
from app.models.audit_event import AuditEvent
from app.models.base import Base
from app.models.data_import import Import
from app.models.external_identity import ExternalIdentity
from app.models.idempotency_record import IdempotencyRecord
from app.models.interaction import Interaction
from app.models.interaction_change import InteractionChange
from app.models.interaction_count import InteractionCount
from app.models.interaction_delta import InteractionDelta
from app.models.job import Job
from app.models.login import Login
from app.models.login_attempt import LoginAttempts
from app.models.membership import Membership
from app.models.operation import Operation
from app.models.outgoing_mail import OutgoingMail
from app.models.password_credential import PasswordCredential
from app.models.password_link import PasswordLink
from app.models.report_schedule import ReportSchedule
from app.models.saved_search import SavedSearch
from app.models.site import Site
from app.models.site_counter import SiteCounter
from app.models.site_retention import SiteRetention
from app.models.system_event import SystemEvent
from app.models.totp_credential import TotpCredential
from app.models.user import User

__all__ = [
    "ApiKey",
    "AuditEvent",
    "Base",
    "ExternalIdentity",
    "IdempotencyRecord",
    "Import",
    "Interaction",
    "InteractionChange",
    "InteractionCount",
    "InteractionDelta",
    "Job",
    "Login",
    "LoginAttempts",
    "Membership",
    "Operation",
    "OutgoingMail",
    "PasswordCredential",
    "PasswordLink",
    "ReportSchedule",
    "SavedSearch",
    "Site",
    "SiteCounter",
    "SiteRetention",
    "SystemEvent",
    "TotpCredential",
    "User",
]
