"""What operations answer besides what their routes declare: errors, 304, and all headers."""

from collections.abc import Iterable, Iterator
from typing import Any

from app.openapi import errors
from app.openapi.headers import HEADERS, Place

Json = dict[str, Any]


def declare_answers(places: Iterable[Place]) -> dict[str, Json]:
    """Complete the answers of operations.

    Returns:
        The components that the answers refer to: what is alike is said once.
    """
    shared = _Shared()
    for place in places:
        responses = place.operation["responses"]
        # FastAPI's own; the common answers have ours.
        responses.pop("422", None)
        for status, response in responses.items():
            shared.add_headers(place, status, response)
        for status, name, response in _common_answers(place):
            if status not in responses:
                shared.add_headers(place, status, response)
                responses[status] = shared.response(place, name, response)
    return {"responses": shared.responses, "headers": shared.headers}


def _common_answers(place: Place) -> Iterator[tuple[str, str, Json]]:
    """Status, name and form of the answers that follow from what an operation is."""
    own = place.operation["responses"].values()
    if place.method == "get" and any(map(place.is_tagged, own)):
        yield "304", "NotModified", {"description": "What the client has is still current."}
    for error in errors.errors_of(place.operation, path=place.path, method=place.method):
        yield str(error.status), error.__name__, errors.answer_of(error)


class _Shared:
    """What answers have in common."""

    def __init__(self) -> None:
        self.responses: Json = {}
        self.headers: Json = {}

    def add_headers(self, place: Place, status: str, response: Json) -> None:
        """Name the headers that an answer can have."""
        names = place.header_names(int(status), response)
        self.headers |= {name: HEADERS[name] for name in names}
        response["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in names}

    def response(self, place: Place, name: str, response: Json) -> Json:
        """An answer, by reference if it is the one that others have under this name."""
        if place.is_usual and self.responses.setdefault(name, response) == response:
            return {"$ref": f"#/components/responses/{name}"}
        return response
