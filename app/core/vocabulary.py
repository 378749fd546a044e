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
