"""What a body's JSON schema knows of a field: its label, its bounds, its neighbours' names."""

from collections.abc import Hashable, Iterator, Sequence
from functools import lru_cache
from typing import Any, cast

from fastapi.routing import APIRoute
from pydantic import TypeAdapter
from starlette.types import Scope

Node = dict[str, Any]


class BodySchema:
    """The JSON schema of one body, read along the location of an error."""

    def __init__(self, annotation: Any) -> None:
        self._root: Node = TypeAdapter(annotation).json_schema()

    def field(self, location: Sequence[str | int]) -> Node:
        """The schema at a location; empty when it leads nowhere."""
        node = self._root
        for part in location:
            node = self._child(node, part)
        return node

    def names(self, location: Sequence[str | int]) -> list[str]:
        """The names of the fields of the object at a location."""
        branches = self._branches(self.field(location))
        return [name for branch in branches for name in branch.get("properties", {})]

    def bound(self, location: Sequence[str | int], keyword: str) -> Any:
        """A constraint such as `minLength`, also from within an optional; None without one."""
        branches = self._branches(self.field(location))
        return next((branch[keyword] for branch in branches if keyword in branch), None)

    def label(self, location: Sequence[str | int]) -> str:
        """What to call a field: the title that its schema was given, else its name in words."""
        name = next((part for part in reversed(location) if isinstance(part, str)), None)
        if name is None:
            return "Body"
        title = self.field(location).get("title")
        # Left alone, pydantic makes a title of the name by putting capitals into it.
        is_given = title is not None and title.lower() != name.replace("_", " ").lower()
        return str(title) if is_given else label_of(name)

    def _child(self, node: Node, part: str | int) -> Node:
        for branch in self._branches(node):
            child = branch.get("items") if isinstance(part, int) else None
            child = child or branch.get("properties", {}).get(part)
            if isinstance(child, dict):
                return child
        return {}

    def _branches(self, node: Node) -> Iterator[Node]:
        """The node itself with its reference followed, and the alternatives within it."""
        if "$ref" in node:
            node = self._root["$defs"][node["$ref"].rpartition("/")[2]]
        yield node
        for alternative in [*node.get("anyOf", []), *node.get("oneOf", [])]:
            yield from self._branches(alternative)


def label_of(name: str) -> str:
    """A field's name in words."""
    return name.replace("_", " ").capitalize()


def body_schema(scope: Scope) -> BodySchema | None:
    """The schema of the body that the matched route reads."""
    route = scope.get("route")
    if isinstance(route, APIRoute) and route.body_field is not None:
        return schema_of(cast("Hashable", route.body_field.field_info.annotation))
    return None


@lru_cache(maxsize=256)
def schema_of(annotation: Hashable) -> BodySchema:
    """The schema of a type, made once."""
    return BodySchema(annotation)
