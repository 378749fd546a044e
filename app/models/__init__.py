"""The tables, one file each. Importing this package registers every one of them."""

from app.models.audit_event import AuditEvent
from app.models.base import Base
from app.models.interaction import Interaction
from app.models.interaction_change import InteractionChange
from app.models.membership import Membership
from app.models.password_credential import PasswordCredential
from app.models.site import Site
from app.models.system_event import SystemEvent
from app.models.token_family import TokenFamily
from app.models.user import User

__all__ = [
    "AuditEvent",
    "Base",
    "Interaction",
    "InteractionChange",
    "Membership",
    "PasswordCredential",
    "Site",
    "SystemEvent",
    "TokenFamily",
    "User",
]
