"""Taking out of the document what its libraries put in and nobody reads.

A generator of clients makes names of titles, so the ones that pydantic makes of names only get in
its way; and what cannot be sent, such as null in a query, must not become a type.
"""

from typing import Any

Json = dict[str, Any]

_DATA = frozenset({"default", "enum", "const", "examples", "required"})
"""Keywords whose values are data, where a key is no keyword."""


def tidied(node: Any) -> Any:
    """A part of the document without them."""
    if isinstance(node, list):
        return [tidied(one) for one in node]
    if not isinstance(node, dict):
        # 100.0 is what becomes of a limit of 100.
        return int(node) if isinstance(node, float) and node.is_integer() else node
    if "in" in node and "schema" in node:
        node = node | {"schema": _sendable(node["schema"])}
    if "example" in node and "schema" not in node:
        node = _with_examples(node)
    return {
        key: _tidied_value(key, value)
        for key, value in node.items()
        if key != "title" and not (key == "examples" and not value)
    }


def _tidied_value(keyword: str, value: Any) -> Any:
    if keyword == "properties":  # the keys are names of fields, such as title and default
        return {name: tidied(schema) for name, schema in value.items()}
    return value if keyword in _DATA else tidied(value)


def _with_examples(schema: Json) -> Json:
    """With the keyword of JSON Schema, which OpenAPI 3.1 prefers to its own."""
    rest = {key: value for key, value in schema.items() if key != "example"}
    return rest | {"examples": [schema["example"]]}


def _sendable(schema: Json) -> Json:
    """The schema of a parameter without null, and without what the parameter says itself."""
    rest = {key: value for key, value in schema.items() if key not in {"anyOf", "description"}}
    kinds: list[Json] = [one for one in schema.get("anyOf", []) if one != {"type": "null"}]
    if len(kinds) == 1:
        return kinds[0] | rest
    return rest | ({"anyOf": kinds} if kinds else {})
