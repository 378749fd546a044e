"""Many changes in one request, and what came of each."""

from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    Strict,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic.config import JsonDict

from app.core.fields import Id
from app.interactions.schemas import EXAMPLE, InteractionCreate, InteractionPatch

MAX_ITEMS = 200

_REQUEST: JsonDict = {
    "mode": "partial",
    "items": [
        {"op": "create", "data": {"site_id": 1, **EXAMPLE}},
        {"op": "update", "id": 17, "data": {"location": "Room B"}, "if_version": 3},
        {"op": "delete", "id": 18},
    ],
}
_RESULT: JsonDict = {
    "operation_id": "1763ec8c-d13c-49bc-bfe8-8882a15057dd",
    "succeeded": 2,
    "failed": 1,
    "results": [
        {"index": 0, "status": 201, "id": 301, "version": 1},
        {
            "index": 1,
            "status": 404,
            "error": {"code": "not_found", "message": "There is no such interaction"},
        },
        {"index": 2, "status": 204, "id": 18},
    ],
}


class BatchMode(StrEnum):
    """What becomes of the other items when one cannot be done."""

    ATOMIC = "atomic"
    PARTIAL = "partial"


def _as_sent(value: Any, _validate: ValidatorFunctionWrapHandler) -> Any:
    return value


Unread = WrapValidator(_as_sent)
"""Left as it was sent: it is validated by itself, when it is its turn."""

ItemId = Annotated[Id, Strict(), Field(description="The interaction's id.")]
IfVersion = Annotated[
    int | None,
    Strict(),
    Field(ge=1, description="Only this version is changed; 412 when there is a newer one."),
]


class CreateItem(BaseModel):
    """A new interaction, as `POST /interactions` takes it."""

    model_config = ConfigDict(extra="forbid")

    op: Literal["create"]
    data: Annotated[InteractionCreate, Unread]


class UpdateItem(BaseModel):
    """A change of an interaction, as `PATCH /interactions/{interaction_id}` takes it."""

    model_config = ConfigDict(extra="forbid")

    op: Literal["update"]
    id: ItemId
    data: Annotated[InteractionPatch, Unread]
    if_version: IfVersion = None


class DeleteItem(BaseModel):
    """An interaction that goes to the trash."""

    model_config = ConfigDict(extra="forbid")

    op: Literal["delete"]
    id: ItemId
    if_version: IfVersion = None


Item = CreateItem | UpdateItem | DeleteItem


class BatchRequest(BaseModel):
    """Changes that are made in their order, each seeing what those before it did.

    The items are validated one by one when it is their turn: what is wrong with one of them is
    that item's refusal.
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": _REQUEST})

    mode: BatchMode = Field(
        description="`atomic`: all items or none; `partial`: those that can be done."
    )
    items: list[Annotated[Item, Field(discriminator="op"), Unread]] = Field(
        min_length=1, max_length=MAX_ITEMS, description="What to do, in this order."
    )


class ItemError(BaseModel):
    """Why an item was refused, as the single call would have answered."""

    code: str = Field(description="What went wrong, by a name that stays.")
    message: str = Field(description="For people; it may change.")
    details: dict[str, object] | None = Field(
        default=None, description="A sentence for each field that is not right, or other facts."
    )


class ItemResult(BaseModel):
    """What came of one item."""

    index: int = Field(description="Which of the items, counted from 0.")
    status: int = Field(description="What the single call would have answered.")
    id: int | None = Field(default=None, description="The interaction, unless it was refused.")
    version: int | None = Field(default=None, description="Its version now, while it is there.")
    error: ItemError | None = Field(default=None, description="Why it was refused, if it was.")


class BatchResult(BaseModel):
    """What came of all items."""

    model_config = ConfigDict(json_schema_extra={"example": _RESULT})

    operation_id: UUID | None = Field(
        description="Takes the whole back: `POST /operations/{operation_id}/undo`. Null when "
        "nothing was done."
    )
    succeeded: int = Field(description="How many items were done.")
    failed: int = Field(description="How many were refused.")
    results: list[ItemResult] = Field(description="One for each item, in their order.")
