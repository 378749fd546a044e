"""The closed sets of words that tables, schemas and the client share."""

from enum import StrEnum


class Role(StrEnum):
    """What a person may do at one site, each role containing the one before it in this list."""

    VIEWER = "viewer"
    EDITOR = "editor"
    SITE_ADMIN = "site_admin"

    def includes(self, other: "Role") -> bool:
        """Whether who holds this role may do what the other one allows."""
        order = list(Role)
        return order.index(self) >= order.index(other)


class InteractionType(StrEnum):
    """What kind of interaction it was."""

    MEETING = "MEETING"
    CALL = "CALL"
    EMAIL = "EMAIL"
    UPDATE = "UPDATE"
    TRAINING = "TRAINING"
    REVIEW = "REVIEW"
    PRESENTATION = "PRESENTATION"
    CONFERENCE = "CONFERENCE"
    WORKSHOP = "WORKSHOP"
    SITE_VISIT = "SITE_VISIT"
    OTHER = "OTHER"

    @property
    def label(self) -> str:
        """The name that people read."""
        if self is InteractionType.EMAIL:
            return "E-mail"
        return self.value.replace("_", " ").capitalize()


class ChangeType(StrEnum):
    """What a change did to an interaction."""

    CREATE = "CREATE"
    UPDATE = "UPDATE"
    DELETE = "DELETE"
    RESTORE = "RESTORE"


class LoginKind(StrEnum):
    """What a login is carried on with."""

    TOKEN = "token"  # noqa: S105 - a name
    SESSION = "session"


class LoginMethod(StrEnum):
    """What a person showed to log in."""

    PASSWORD = "password"  # noqa: S105 - a name
    PROVIDER = "provider"


class LinkKind(StrEnum):
    """Why a person was sent a link that sets their password."""

    RESET = "reset"
    INVITATION = "invitation"


class MailKind(StrEnum):
    """What a message is about."""

    PASSWORD_RESET = "password_reset"  # noqa: S105 - a name
    INVITATION = "invitation"
    REPORT_READY = "report_ready"


class OperationKind(StrEnum):
    """What changed many interactions at once."""

    IMPORT = "import"
    BATCH = "batch"


class FileKind(StrEnum):
    """The kinds of files that can be imported."""

    CSV = "csv"
    XLSX = "xlsx"
    ICS = "ics"


class ImportStage(StrEnum):
    """What is being done with an import, or was done last."""

    CHECK = "check"
    COMMIT = "commit"


class JobKind(StrEnum):
    """What a background job does."""

    INTERACTION_EXPORT = "interaction_export"
    ACTIVITY_SUMMARY = "activity_summary"
    IMPORT_CHECK = "import_check"
    IMPORT_COMMIT = "import_commit"
    IMPORT_UNDO = "import_undo"
    PRIVACY_EXPORT = "privacy_export"
    PRIVACY_ERASURE = "privacy_erasure"


class JobStatus(StrEnum):
    """How far a background job is."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"

    @property
    def is_open(self) -> bool:
        """Whether there is still something to come of it."""
        return self in (JobStatus.QUEUED, JobStatus.RUNNING)


class JobError(StrEnum):
    """Why a background job failed, as far as it can fail whatever its kind."""

    TIMEOUT = "timeout"
    FORBIDDEN = "forbidden"
    UNAVAILABLE = "unavailable"
    ABANDONED = "abandoned"
    SERVER_ERROR = "server_error"
