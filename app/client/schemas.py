"""What is sent and answered, in one place to import it from."""

from app.audit_events.schemas import AuditEventRead, AuditPage
from app.core.vocabulary import (
    ChangeType,
    FileKind,
    ImportStage,
    InteractionType,
    JobKind,
    JobStatus,
    OperationKind,
    Role,
)
from app.health.schemas import Liveness, Readiness
from app.identity.api_keys.schemas import ApiKeyCreate, ApiKeyPage, ApiKeyRead, ApiKeyWithSecret
from app.identity.logins.schemas import (
    BrowserSession,
    CurrentUser,
    LoggedIn,
    LoggedOut,
    LoginRequest,
    OpenLogin,
    OpenLogins,
    RefreshRequest,
    SiteMembership,
    SiteMemberships,
    TokenPair,
)
from app.identity.passwords.schemas import (
    PasswordChange,
    PasswordResetConfirmation,
    PasswordResetRequest,
    PasswordResetRequested,
)
from app.identity.schemas import Jwks
from app.identity.totp.schemas import NewSecondFactor, OwnCode, OwnPassword, OwnPasswordAndCode
from app.imports.answers import ImportPage, ImportRead, ImportState
from app.imports.outcomes import Outcome
from app.imports.schemas import DuplicatePolicy, ImportMapping, ImportUpdate, Source, Window
from app.interactions.finding.schemas import Condition, Query, SearchRequest
from app.interactions.history_schemas import (
    Activity,
    ActivityPage,
    Change,
    HistoryPage,
    OperationName,
    Restoration,
)
from app.interactions.schemas import (
    FoundInteraction,
    InteractionCreate,
    InteractionPage,
    InteractionPatch,
    InteractionRead,
    InteractionReplace,
    ListedInteraction,
    SearchPage,
    TypeLabel,
    TypeLabels,
)
from app.interactions.search_schemas import FewInteractions, SuggestedField, Suggestion, Suggestions
from app.jobs.schemas import JobPage, JobRead
from app.operations.batch_schemas import (
    BatchMode,
    BatchRequest,
    BatchResult,
    ItemError,
    ItemResult,
)
from app.operations.schemas import OperationRead, UndoOutcome
from app.privacy.schemas import ErasureCreate, PrivacyCreate, PrivacyOutcome, PrivacyRead
from app.reports.kinds import ReportFormat, ReportKind
from app.reports.schedules.schemas import (
    ReportScheduleCreate,
    ReportSchedulePage,
    ReportSchedulePatch,
    ReportScheduleRead,
)
from app.reports.schemas import ReportCreate, ReportPage, ReportRead
from app.retention.schemas import RetentionPreview, RetentionRead, RetentionReplace
from app.saved_searches.schemas import (
    SavedSearchCreate,
    SavedSearchPage,
    SavedSearchRead,
    SavedSearchReplace,
)
from app.sites.member_schemas import MemberCreate, MemberPage, MemberRead, RoleChange
from app.sites.schemas import SiteCreate, SitePage, SiteRead, SiteReplace
from app.statistics.schemas import Statistic, Statistics
from app.users.schemas import UserCreate, UserPage, UserRead, UserReplace

__all__ = [
    "Activity",
    "ActivityPage",
    "ApiKeyCreate",
    "ApiKeyPage",
    "ApiKeyRead",
    "ApiKeyWithSecret",
    "AuditEventRead",
    "AuditPage",
    "BatchMode",
    "BatchRequest",
    "BatchResult",
    "BrowserSession",
    "Change",
    "ChangeType",
    "Condition",
    "CurrentUser",
    "DuplicatePolicy",
    "ErasureCreate",
    "FewInteractions",
    "FileKind",
    "FoundInteraction",
    "HistoryPage",
    "ImportMapping",
    "ImportPage",
    "ImportRead",
    "ImportStage",
    "ImportState",
    "ImportUpdate",
    "InteractionCreate",
    "InteractionPage",
    "InteractionPatch",
    "InteractionRead",
    "InteractionReplace",
    "InteractionType",
    "ItemError",
    "ItemResult",
    "JobKind",
    "JobPage",
    "JobRead",
    "JobStatus",
    "Jwks",
    "ListedInteraction",
    "Liveness",
    "LoggedIn",
    "LoggedOut",
    "LoginRequest",
    "MemberCreate",
    "MemberPage",
    "MemberRead",
    "NewSecondFactor",
    "OpenLogin",
    "OpenLogins",
    "OperationKind",
    "OperationName",
    "OperationRead",
    "Outcome",
    "OwnCode",
    "OwnPassword",
    "OwnPasswordAndCode",
    "PasswordChange",
    "PasswordResetConfirmation",
    "PasswordResetRequest",
    "PasswordResetRequested",
    "PrivacyCreate",
    "PrivacyOutcome",
    "PrivacyRead",
    "Query",
    "Readiness",
    "RefreshRequest",
    "ReportCreate",
    "ReportFormat",
    "ReportKind",
    "ReportPage",
    "ReportRead",
    "ReportScheduleCreate",
    "ReportSchedulePage",
    "ReportSchedulePatch",
    "ReportScheduleRead",
    "Restoration",
    "RetentionPreview",
    "RetentionRead",
    "RetentionReplace",
    "Role",
    "RoleChange",
    "SavedSearchCreate",
    "SavedSearchPage",
    "SavedSearchRead",
    "SavedSearchReplace",
    "SearchPage",
    "SearchRequest",
    "SiteCreate",
    "SiteMembership",
    "SiteMemberships",
    "SitePage",
    "SiteRead",
    "SiteReplace",
    "Source",
    "Statistic",
    "Statistics",
    "SuggestedField",
    "Suggestion",
    "Suggestions",
    "TokenPair",
    "TypeLabel",
    "TypeLabels",
    "UndoOutcome",
    "UserCreate",
    "UserPage",
    "UserRead",
    "UserReplace",
    "Window",
]
