"""What goes out of the history of interactions, and what comes in to go back to it."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, Strict

from app.core.page import Page
from app.core.vocabulary import ChangeType, OperationKind
from app.interactions.schemas import PersonName

MAX_VERSION = 2**31 - 1


class Restoration(BaseModel):
    """What an interaction is to be again."""

    model_config = ConfigDict(extra="forbid")

    version: Annotated[
        Annotated[int, Strict(), Field(ge=1, le=MAX_VERSION)] | None,
        Field(
            description="The version whose content comes back; null: that of when it was deleted."
        ),
    ] = None


class OperationName(BaseModel):
    """The operation that a change was a part of."""

    id: UUID
    kind: OperationKind | Literal["undo"]


class ChangeMade(BaseModel):
    """That something was changed: by whom, when and by which means."""

    id: int
    version: int
    change_type: ChangeType
    changed_by: PersonName
    changed_at: datetime
    api_key_id: int | None = Field(description="The key that the person's machine called with.")
    operation: OperationName | None = Field(
        description="When it was one of many changes: the import, the batch, or what took one back."
    )


class Change(ChangeMade):
    """One change of an interaction: what it led to, and what was before."""

    changes: dict[str, dict[str, object]]
    before_state: dict[str, object] | None
    after_state: dict[str, object] | None


class HistoryPage(Page):
    """A page of changes, newest first."""

    history: list[Change]


class Activity(ChangeMade):
    """One change at a site, in short."""

    interaction_id: int
    title: str | None = Field(
        description="As it was after the change; null when the interaction is in the trash or "
        "purged, and its history is not for the caller."
    )
    fields: list[str] = Field(description="The names of the fields that were changed.")


class ActivityPage(BaseModel):
    """What was changed at a site, newest first. It is not counted."""

    activity: list[Activity]
    page_size: int
    next_cursor: str | None
