"""Rules that the OpenAPI document keeps, so that people and generators of clients can read it."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.api.described import (
    DOCUMENT,
    OPERATIONS,
    SCHEMAS,
    answers_of,
    each_operation,
    resolved,
)
from tests.desk import Json

SPEAK_FOR_THEMSELVES = {
    "id", "name", "full_name", "username", "email", "password", "current_password", "new_password",
    "title", "lead", "location", "description", "notes", "start_datetime", "end_datetime",
    "code", "message", "label", "status", "file_name", "media_type", "members", "interactions",
    "at", "from", "to",
}  # fmt: skip
"""Names of fields that need no further word, besides `site_id`, `created_at` and their like."""


def test_it_is_valid_openapi_3_1() -> None:
    OpenAPIV31SpecValidator(DOCUMENT).validate()


def test_it_says_where_the_service_is() -> None:
    assert [server["url"] for server in DOCUMENT["servers"]] == ["/"]


def test_tags_are_described_and_used_and_in_one_order() -> None:
    described = [tag["name"] for tag in DOCUMENT["tags"]]
    used = {tag for operation in OPERATIONS.values() for tag in operation["tags"]}

    assert all(tag["description"] for tag in DOCUMENT["tags"])
    assert len(set(described)) == len(described)
    assert set(described) == used
    assert all(len(operation["tags"]) == 1 for operation in OPERATIONS.values())


def test_summaries_are_short_and_no_two_are_alike() -> None:
    summaries = [operation["summary"] for operation in OPERATIONS.values()]

    assert [name for name, times in Counter(summaries).items() if times > 1] == []
    assert [one for one in summaries if len(one) > 100 or one.endswith(".")] == []


def test_every_reference_leads_somewhere_and_every_component_is_used() -> None:
    named = set(re.findall(r'"#/components/(\w+/[\w.-]+)"', json.dumps(DOCUMENT)))
    components = DOCUMENT["components"]
    schemes = {f"securitySchemes/{name}" for name in components["securitySchemes"]}

    assert named == {f"{kind}/{name}" for kind in components for name in components[kind]} - schemes


def test_objects_that_are_alike_are_said_once() -> None:
    inline = [
        json.dumps(schema, sort_keys=True)
        for schema in schemas_in(DOCUMENT)
        if "properties" in schema and schema not in SCHEMAS.values()
    ]

    assert [text for text, times in Counter(inline).items() if times > 1] == []


def test_every_schema_is_described() -> None:
    assert [name for name, schema in SCHEMAS.items() if not schema.get("description")] == []


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_field_is_described_or_speaks_for_itself(name: str) -> None:
    unclear = [
        field
        for field, schema in SCHEMAS[name].get("properties", {}).items()
        if not is_described(schema)
        and field not in SPEAK_FOR_THEMSELVES
        and not re.fullmatch(r"[a-z_]+_(at|id)", field)
    ]

    assert unclear == [], "describe it, in its schema or in app/openapi/meanings.py"


@each_operation
def test_every_body_and_every_answer_in_json_has_an_example_that_fits(operation: Json) -> None:
    for content in shown(operation):
        schema = resolved(content["schema"])
        examples = schema.get("examples")
        assert examples, "give it one, or its fields in app/openapi/example_words.py"
        for example in examples:
            validator_of(content["schema"]).validate(example)


@each_operation
def test_the_example_of_an_answer_shows_all_its_fields(operation: Json) -> None:
    for status, answer in answers_of(operation).items():
        if status < "300" and "application/json" in answer.get("content", {}):
            schema = resolved(answer["content"]["application/json"]["schema"])
            for example in schema["examples"]:
                assert example.keys() == schema["properties"].keys()


@each_operation
def test_every_answer_names_its_headers(operation: Json) -> None:
    for status, answer in answers_of(operation).items():
        headers = {name: resolved(one) for name, one in answer["headers"].items()}
        assert "X-Request-ID" in headers, status
        assert all(one["description"] and one["schema"] for one in headers.values())
        assert ("Retry-After" in headers) == (status in {"409", "423", "429", "503"})


def test_what_has_a_tag_can_be_known_already() -> None:
    known = {name for name, one in OPERATIONS.items() if "304" in one["responses"]}

    assert {"getInteraction", "listInteractions", "searchInteractions"} <= known


def shown(operation: Json) -> Iterator[Json]:
    """The content of a body, and of the answers in JSON when all is well."""
    yield from operation.get("requestBody", {}).get("content", {}).values()
    for status, answer in answers_of(operation).items():
        if status < "300" and "application/json" in answer.get("content", {}):
            yield answer["content"]["application/json"]


def validator_of(schema: Json) -> OAS31Validator:
    """A validator that looks at formats too."""
    return OAS31Validator(
        schema | {"components": {"schemas": SCHEMAS}}, format_checker=OAS31Validator.FORMAT_CHECKER
    )


def is_described(schema: Json) -> bool:
    """Whether a schema says what it is for, or one that it refers to does."""
    alternatives = [*schema.get("anyOf", ()), *([schema["items"]] if "items" in schema else ())]
    return (
        "description" in schema
        or "$ref" in schema
        or any(is_described(one) for one in alternatives)
    )


def schemas_in(node: Any) -> Iterator[Json]:
    """All objects of the document, among which are all its schemas."""
    if isinstance(node, list):
        for one in node:
            yield from schemas_in(one)
    elif isinstance(node, dict):
        yield node
        for one in node.values():
            yield from schemas_in(one)
