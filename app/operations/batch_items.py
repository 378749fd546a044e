"""Reading the items of a batch: what is wrong with one is no matter of the others."""

from typing import TypeVar

from pydantic import BaseModel, ValidationError

from app.core.errors import ValidationFailed
from app.core.http.validation import model_refusal
from app.operations.batch_schemas import CreateItem, DeleteItem, Item, UpdateItem

M = TypeVar("M", bound=BaseModel)

_KINDS: dict[str, type[Item]] = {
    "create": CreateItem,
    "update": UpdateItem,
    "delete": DeleteItem,
}


def read_item(sent: object) -> Item:
    """An item as far as it can be told without its data.

    Raises:
        ValidationFailed: It is none.
    """
    if not isinstance(sent, dict):
        raise ValidationFailed("An item must be an object")
    op = sent.get("op")
    if op is None:
        raise ValidationFailed(details={"op": "Op is required"})
    kind = _KINDS.get(op) if isinstance(op, str) else None
    if kind is None:
        raise ValidationFailed(details={"op": f"Op must be one of {', '.join(_KINDS)}"})
    return read_as(kind, sent)


def read_data(model: type[M], data: object) -> M:
    """The data of an item.

    Raises:
        ValidationFailed: They do not fit; names every field that does not.
    """
    if not isinstance(data, dict):
        raise ValidationFailed(details={"data": "Data must be an object"})
    return read_as(model, data)


def member_of(data: object, name: str) -> object:
    """A member of data that are not validated yet; None when there is none."""
    return data.get(name) if isinstance(data, dict) else None


def read_as(model: type[M], sent: object) -> M:
    """What was sent, as a model.

    Raises:
        ValidationFailed: It does not fit.
    """
    try:
        return model.model_validate(sent)
    except ValidationError as error:
        raise model_refusal(model, error) from None
