"""The methods are the operations of the OpenAPI document, no more and no less."""

import inspect
import re
import typing
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_type_hints

import httpx
import pytest

from app.client import APIError, AsyncIMSClient, IMSClient, Retries
from tests.desk import Json
from tests.starting import document

DOCUMENT = document()
OPERATIONS: dict[str, tuple[str, str, Json]] = {
    operation["operationId"]: (method.upper(), path, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}
each_operation = pytest.mark.parametrize("name", OPERATIONS)

BESIDE_OPERATIONS = {"at_site", "close", "edit_interaction", "import_file", "make_report"}
"""Methods that stand for several operations, or for none; likewise those of the prefixes."""

PREFIXES = ("iter_", "wait_for_")

NUMBERS = re.compile(r"(\w+_id|page|page_size|limit|created_by|if_match)")
SWITCHES = {"deleted", "force", "highlight", "only_new"}
NOT_SENT = {"on_progress", "name"}


def method_of(operation: str) -> str:
    """The name of the method of an operation."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", operation).lower()


def test_every_operation_has_a_method_and_every_method_an_operation() -> None:
    public = {
        name
        for name, _ in inspect.getmembers(IMSClient, inspect.isfunction)
        if not name.startswith(("_", *PREFIXES))
    }

    assert public - BESIDE_OPERATIONS == {method_of(name) for name in OPERATIONS}


def parameters_of(method: Any) -> dict[str, Any]:
    """The parameters by name, those that stand for several taken apart."""
    hints = get_type_hints(method)
    found = dict[str, Any]()
    for name, parameter in inspect.signature(method).parameters.items():
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            (group,) = typing.get_args(hints[name])
            found |= get_type_hints(group)
        elif name != "self":
            found[name] = hints[name]
    return found


def sample(name: str, folder: Path) -> Any:
    """Something to send as a parameter."""
    if name == "path":
        return folder / "file"
    if name in ("body", "mapping", "duplicates", "window"):
        return {"field": "value"}
    if name == "file":
        return b"content"
    if name in SWITCHES:
        return True
    return 7 if NUMBERS.fullmatch(name) else "word"


@dataclass(frozen=True, slots=True)
class Sent:
    """What a method sends when it is given all that it takes."""

    request: httpx.Request
    parameters: dict[str, Any]


def sent_by(name: str, folder: Path) -> Sent:
    """The request of a method; nobody answers it."""
    requests = list[httpx.Request]()

    def refuse(request: httpx.Request) -> httpx.Response:
        request.read()
        requests.append(request)
        return httpx.Response(418)

    http = httpx.Client(transport=httpx.MockTransport(refuse))
    client = IMSClient("http://test", api_key="ims_key", http=http, retries=Retries(tries=1))
    method = getattr(client.at_site(3), method_of(name))
    parameters = parameters_of(method)
    given = {one: sample(one, folder) for one in parameters if one not in NOT_SENT}
    if name == "logIn":
        given["body"] = {"username": "ada", "password": "word"}
    with suppress(APIError):
        answer = method(**given)
        if isinstance(answer, Iterator):
            next(answer)
    return Sent(requests[0], parameters)


@each_operation
def test_it_sends_what_the_document_says(name: str, tmp_path: Path) -> None:
    method, path, operation = OPERATIONS[name]
    sent = sent_by(name, tmp_path)
    declared = operation.get("parameters", [])
    headers = {one["name"].lower() for one in declared if one["in"] == "header"}

    assert sent.request.method == method
    assert re.fullmatch(re.sub(r"\{\w+\}", "(7|word)", path), sent.request.url.path)
    query = {one["name"] for one in declared if one["in"] == "query"}
    assert set(sent.request.url.params) == query
    for header in ("if-match", "idempotency-key"):
        assert (header in sent.request.headers) == (header in headers), header
    assert "x-site-id" in sent.request.headers or "x-site-id" not in headers
    is_by_cookie = path.endswith("/auth/session")
    has_caller = "security" in operation and not is_by_cookie
    assert ("authorization" in sent.request.headers) == has_caller


@each_operation
def test_it_takes_and_answers_what_the_document_says(name: str, tmp_path: Path) -> None:
    _, _, operation = OPERATIONS[name]
    sent = sent_by(name, tmp_path)
    body = operation.get("requestBody", {"content": {}})["content"]
    hints = get_type_hints(getattr(IMSClient, method_of(name)))

    assert bool(body) == bool(sent.request.content)
    if "application/json" in body:
        wanted = schema_name(body["application/json"])
        assert wanted in {one.__name__ for one in typing.get_args(hints["body"])}
    for content in body.get("multipart/form-data", {}).values():
        form = set(re.findall(rb' name="(\w+)"', sent.request.content))
        assert {one.decode() for one in form} == set(content["properties"])
    answered = {
        schema_name(answer["content"]["application/json"])
        for status, answer in operation["responses"].items()
        if status < "300" and "application/json" in answer.get("content", {})
    }
    assert answered in ({getattr(hints["return"], "__name__", "None")}, set())


def schema_name(content: Json) -> str:
    """The schema that a body or an answer is of."""
    schema = content["schema"]
    (reference,) = {one["$ref"] for one in schema.get("anyOf", [schema]) if "$ref" in one}
    return str(reference.rpartition("/")[2])


def test_both_clients_have_the_same_methods_with_the_same_parameters() -> None:
    def signatures(client: type[Any]) -> dict[str, list[str]]:
        return {
            name.removeprefix("a") if name == "aclose" else name: list(parameters_of(method))
            for name, method in inspect.getmembers(client, inspect.isfunction)
            if not name.startswith("_")
        }

    assert signatures(AsyncIMSClient) == signatures(IMSClient)
