"""What breaks clients is found, by name; what does not break them is let through."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator

from app.openapi.breaking import breaking_changes
from app.openapi.schema_changes import Comparison, Direction
from tests.api.described import DOCUMENT
from tests.desk import Json

PLAIN: Json = {
    "components": {
        "schemas": {
            "Row": {
                "type": "object",
                "required": ["id", "name"],
                "properties": {
                    "id": {"type": "integer"},
                    "name": {"type": "string"},
                    "kind": {"enum": ["a", "b"]},
                    "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Row"}},
                    "above": {"anyOf": [{"$ref": "#/components/schemas/Row"}, {"type": "null"}]},
                },
            },
            "NewRow": {
                "type": "object",
                "additionalProperties": False,
                "required": ["name"],
                "properties": {
                    "name": {"type": "string", "maxLength": 10},
                    "kind": {"anyOf": [{"enum": ["a", "b"]}, {"type": "null"}]},
                },
            },
        },
        "responses": {"Made": {"headers": {"Location": {}}, "content": {}}},
    },
    "paths": {
        "/rows": {
            "post": {
                "operationId": "makeRow",
                "parameters": [
                    {"in": "query", "name": "q", "schema": {"type": "string"}},
                    {"in": "query", "name": "size", "schema": {"type": "number", "maximum": 9}},
                ],
                "requestBody": {
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/NewRow"}}
                    }
                },
                "responses": {
                    "200": {
                        "headers": {"ETag": {}},
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/Row"}}
                        },
                    },
                    "201": {"$ref": "#/components/responses/Made"},
                    "404": {"content": {}},
                },
            },
        }
    },
}
GONE = object()
OPERATION = "paths /rows post"
ROW, NEW_ROW = "components schemas Row", "components schemas NewRow"
PARAMETER = f"{OPERATION} parameters"

BREAKS = [
    ("paths /rows", GONE, "POST /rows is removed"),
    (OPERATION, GONE, "POST /rows is removed"),
    (f"{OPERATION} operationId", "createRow", "is called createRow now"),
    (f"{OPERATION} security", [{"bearer": []}], "needs a login now"),
    (f"{PARAMETER} 0", GONE, "parameter query q: removed"),
    (f"{PARAMETER} 0 required", True, "parameter query q: is required now"),
    (f"{PARAMETER} 0 schema type", "integer", "parameter query q: no longer takes string"),
    (f"{PARAMETER} 0 schema maxLength", 5, "query q: maxLength is 5, and was not limited"),
    (f"{PARAMETER} 0 schema pattern", "^a$", "query q: pattern is ^a$ now"),
    (f"{PARAMETER} 0 schema enum", ["a"], "query q: no longer takes anything else"),
    (f"{PARAMETER} 1 schema maximum", 8, "query size: maximum is 8, and was 9"),
    (f"{PARAMETER} 1 schema minimum", 0, "query size: minimum is 0, and was not limited"),
    (f"{PARAMETER} 1 schema type", "integer", "query size: no longer takes number"),
    (f"{OPERATION} requestBody", GONE, "body: removed"),
    (f"{OPERATION} requestBody required", True, "body: is required now"),
    (
        f"{OPERATION} requestBody content application/json",
        GONE,
        "body: application/json is removed",
    ),
    (f"{NEW_ROW} properties kind", GONE, "body.kind: removed"),
    (f"{NEW_ROW} required", ["name", "kind"], "body.kind: is required now"),
    (f"{NEW_ROW} properties kind anyOf 1", GONE, "body.kind: no longer takes null"),
    (f"{NEW_ROW} properties kind anyOf 0 enum", ["a"], "body.kind: no longer takes 'b'"),
    (f"{NEW_ROW} properties name maxLength", 9, "body.name: maxLength is 9, and was 10"),
    (f"{NEW_ROW} properties name minLength", 2, "body.name: minLength is 2, and was not limited"),
    (f"{OPERATION} responses 200", GONE, "answer 200: removed"),
    (f"{OPERATION} responses 201", GONE, "answer 201: removed"),
    ("components responses Made headers", {}, "answer 201: header Location is removed"),
    (f"{OPERATION} responses 200 content application/json", GONE, "application/json is removed"),
    (f"{ROW} properties kind", GONE, "answer 200.kind: removed"),
    (f"{ROW} required", ["id"], "answer 200.name: is not always there any more"),
    (f"{ROW} properties name type", ["string", "null"], "answer 200.name: can now be null"),
    (f"{ROW} properties id type", "number", "answer 200.id: can now be number"),
    (f"{ROW} properties kind enum", ["a", "b", "c"], "answer 200.kind: can now be 'c'"),
    (f"{ROW} properties kind", {"type": "string"}, "answer 200.kind: can now be anything else"),
    (f"{ROW} properties parts items", {"type": "string"}, "answer 200.parts[]: can now be string"),
]
HARMLESS = [
    ("paths /more", {"get": {"operationId": "listRows", "responses": {}}}),
    (f"{OPERATION} responses 202", {"content": {}}),
    (f"{OPERATION} responses 404", GONE),
    (f"{OPERATION} responses 200 headers Link", {}),
    (f"{PARAMETER} 2", {"in": "query", "name": "page", "schema": {"type": "integer"}}),
    (f"{PARAMETER} 1 schema maximum", 10),
    (f"{PARAMETER} 0 schema type", ["string", "integer"]),
    (f"{NEW_ROW} properties more", {"type": "string"}),
    (f"{NEW_ROW} required", []),
    (f"{NEW_ROW} properties name maxLength", GONE),
    (f"{NEW_ROW} properties kind anyOf 0 enum", ["a", "b", "c"]),
    (f"{ROW} properties more", {"type": "string"}),
    (f"{ROW} required", ["id", "name", "kind"]),
    (f"{ROW} properties kind enum", ["a"]),
    (f"{ROW} properties above anyOf 1", GONE),
    (f"{ROW} properties name description", "What it is called."),
]


def changed(place: str, value: object) -> Json:
    """The plain document with another value at a place."""
    document = deepcopy(PLAIN)
    node: Any = document
    *path, last = place.split()
    for part in path:
        node = node[int(part) if isinstance(node, list) else part]
    if value is GONE:
        del node[int(last) if isinstance(node, list) else last]
    elif isinstance(node, list):
        node.append(value)
    else:
        node[last] = value
    return document


@pytest.mark.parametrize(("place", "value", "told"), BREAKS)
def test_each_kind_of_break_is_told_by_name(place: str, value: object, told: str) -> None:
    found = breaking_changes(PLAIN, changed(place, value))

    assert any(one.startswith("makeRow: ") and told in one for one in found), found


@pytest.mark.parametrize(("place", "value"), HARMLESS)
def test_what_clients_can_put_up_with_is_no_break(place: str, value: object) -> None:
    assert breaking_changes(PLAIN, changed(place, value)) == []


def test_the_document_does_not_break_itself() -> None:
    assert breaking_changes(DOCUMENT, deepcopy(DOCUMENT)) == []


def schemas(*, is_request: bool) -> st.SearchStrategy[Json]:
    """Small schemas of what the API uses: bodies are closed and limited, answers open."""
    numbers = st.builds(lambda kind, more: {"type": kind, **more}, st.sampled_from(NUMERIC), LIMITS)
    leaves = st.one_of(
        numbers if is_request else st.sampled_from([{"type": kind} for kind in NUMERIC]),
        st.sampled_from([{"type": kind} for kind in ("string", "boolean", "null")]),
        st.builds(lambda values: {"enum": values}, st.lists(WORD, min_size=1, unique=True)),
    )
    closing = {"additionalProperties": False} if is_request else {}

    def larger(inner: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
        fields = st.dictionaries(WORD, inner, max_size=2)
        return st.one_of(
            st.builds(lambda items: {"type": "array", "items": items}, inner),
            st.builds(lambda both: {"anyOf": both}, st.lists(inner, min_size=1, max_size=2)),
            st.builds(
                lambda properties, required: {
                    "type": "object",
                    "properties": properties,
                    "required": sorted(set(properties) & required),
                    **closing,
                },
                fields,
                st.sets(WORD),
            ),
        )

    return st.recursive(leaves, larger, max_leaves=4)


WORD = st.sampled_from("ab")
NUMBER = st.integers(0, 3)
NUMERIC = ("integer", "number")
LIMITS = st.fixed_dictionaries({}, optional={"minimum": NUMBER, "maximum": NUMBER})
SIMPLE: dict[str, st.SearchStrategy[object]] = {
    "string": WORD,
    "integer": NUMBER,
    "number": NUMBER | st.just(0.5),
    "boolean": st.booleans(),
    "null": st.none(),
}


@st.composite
def variants(draw: st.DrawFn, schema: Json) -> Json:
    """A schema that differs from another in little."""
    change, varied = draw(st.integers(0, 5)), dict(schema)
    if change == 0:
        return draw(st.sampled_from([{"type": "string"}, {"type": "integer"}, {"enum": ["a"]}]))
    if "anyOf" in schema:
        varied["anyOf"] = [draw(variants(one)) for one in schema["anyOf"][change == 1 :] or [{}]]
    elif "items" in schema:
        varied["items"] = draw(variants(schema["items"]))
    elif "enum" in schema and change == 1:
        varied["enum"] = draw(st.lists(WORD, min_size=1, unique=True))
    elif "properties" in schema:
        kept = sorted(schema["properties"])[change == 1 :]
        varied["properties"] = {name: draw(variants(schema["properties"][name])) for name in kept}
        varied["required"] = [name for name in kept if draw(st.booleans())]
    elif schema.get("type") in NUMERIC and change == 1:
        varied |= draw(LIMITS)
    return varied


@st.composite
def values_of(draw: st.DrawFn, schema: Json) -> object:
    """A value that a schema allows, but for limits that leave none."""
    if "anyOf" in schema:
        return draw(values_of(draw(st.sampled_from(schema["anyOf"]))))
    if "enum" in schema:
        return draw(st.sampled_from(schema["enum"]))
    if schema.get("type") == "array":
        return draw(st.lists(values_of(schema["items"]), max_size=2))
    if schema.get("type") == "object":
        names = [
            name
            for name in schema["properties"]
            if name in schema["required"] or draw(st.booleans())
        ]
        return {name: draw(values_of(schema["properties"][name])) for name in names}
    return draw(SIMPLE[schema.get("type", "null")])


@settings(max_examples=200, deadline=None, database=None)
@given(data=st.data(), old=schemas(is_request=True))
def test_what_was_taken_is_taken_unless_a_break_is_told(data: st.DataObject, old: Json) -> None:
    new = data.draw(variants(old))
    value = data.draw(values_of(old))
    told = list(Comparison({}, {}, Direction.REQUEST).changes(old, new, "body"))

    assert told or not is_valid(value, old) or is_valid(value, new)


@settings(max_examples=200, deadline=None, database=None)
@given(data=st.data(), old=schemas(is_request=False))
def test_what_is_answered_was_answered_before_unless_a_break_is_told(
    data: st.DataObject, old: Json
) -> None:
    new = data.draw(variants(old))
    value = data.draw(values_of(new))
    told = list(Comparison({}, {}, Direction.ANSWER).changes(old, new, "answer"))

    assert told or not is_valid(value, new) or is_valid(value, old)


@given(schema=schemas(is_request=True) | schemas(is_request=False))
@settings(max_examples=50, deadline=None, database=None)
def test_no_schema_breaks_itself(schema: Json) -> None:
    for direction in Direction:
        assert list(Comparison({}, {}, direction).changes(schema, deepcopy(schema), "")) == []


def is_valid(value: object, schema: Json) -> bool:
    return Draft202012Validator(schema).is_valid(value)
