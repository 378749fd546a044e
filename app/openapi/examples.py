"""Examples of bodies and answers, put together from those of their fields.

A schema or a field that has an example of its own is shown with it. Else an object is shown with
all its fields, and a field with what `WORDS` has under its name: one word means one thing
everywhere, so a new answer is mostly shown without a further line.
"""

from collections.abc import Iterator
from typing import Any

from app.openapi.example_words import WORDS

Json = dict[str, Any]

_NOTHING = object()
_COUNT = 3
"""A whole number of which nothing is known counts something."""

_BY_FORMAT = {
    "date-time": "2026-06-12T15:04:05Z",
    "date": "2026-06-12",
    "uuid": "0b6c1f52-6b1e-4f0e-9a55-3a9c5ad1f1c7",
}
_KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "object": (dict,),
    "array": (list,),
    "null": (type(None),),
}


def add_examples(document: Json) -> None:
    """Give an example to each schema that a body is of, or an answer when all is well."""
    schemas = document["components"]["schemas"]
    for name in sorted(set(_shown(document))):
        if not schemas[name].get("examples"):
            schemas[name]["examples"] = [_Examples(schemas).of({"$ref": f"/{name}"})]


def _shown(document: Json) -> Iterator[str]:
    for methods in document["paths"].values():
        for operation in methods.values():
            answers = [one for status, one in operation["responses"].items() if status < "300"]
            for carrier in (operation.get("requestBody", {}), *answers):
                for content in carrier.get("content", {}).values():
                    if reference := content.get("schema", {}).get("$ref"):
                        yield _last_part(reference)


class _Examples:
    """The examples of the schemas of one document."""

    def __init__(self, schemas: Json) -> None:
        self._schemas = schemas
        self._within: list[str] = []

    def of(self, schema: Json, field: str = "") -> Any:
        """What a value is shown as; `_NOTHING` if nothing is known."""
        if schema.get("examples"):
            return schema["examples"][0]
        if "const" in schema:
            return schema["const"]
        for word in (f"{self._within[-1]}.{field}" if self._within else "", field):
            if word in WORDS and self._allows(schema, WORDS[word]):
                return WORDS[word]
        if "$ref" in schema:
            return self._referred(_last_part(schema["$ref"]), field)
        if "enum" in schema:
            return schema["enum"][0]
        for alternative in schema.get("anyOf", ()):
            if (example := self.of(alternative, field)) is not _NOTHING:
                return example
        return self._by_type(schema)

    def _referred(self, name: str, field: str) -> Any:
        if name in self._within:
            return _NOTHING
        self._within.append(name)
        try:
            return self.of(self._schemas[name], field)
        finally:
            self._within.pop()

    def _by_type(self, schema: Json) -> Any:
        kind = schema.get("type")
        if kind == "object":
            return self._object(schema)
        if kind == "array":
            example = self.of(schema.get("items", {}))
            return [] if example is _NOTHING else [example]
        if kind == "boolean":
            return schema.get("default", True)
        if kind == "null":
            return None
        if kind == "integer":
            return schema.get("default", _COUNT)
        return _BY_FORMAT.get(schema.get("format", ""), schema.get("default", _NOTHING))

    def _object(self, schema: Json) -> Json:
        fields = {
            name: self.of(field, name)
            for name, field in schema.get("properties", {}).items()
            if not field.get("writeOnly")
        }
        return {name: example for name, example in fields.items() if example is not _NOTHING}

    def _allows(self, schema: Json, value: object) -> bool:
        """Whether a word can be a value, as far as its type and the words of an enum tell."""
        if "$ref" in schema:
            return self._allows(self._schemas[_last_part(schema["$ref"])], value)
        if "anyOf" in schema:
            return any(self._allows(one, value) for one in schema["anyOf"])
        if "enum" in schema:
            return value in schema["enum"]
        types = schema.get("type", list(_KINDS))
        kinds = [_KINDS[one] for one in ([types] if isinstance(types, str) else types)]
        return any(type(value) in one for one in kinds)


def _last_part(reference: str) -> str:
    return reference.rpartition("/")[2]
