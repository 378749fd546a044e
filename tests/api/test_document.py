"""The OpenAPI document: complete, and true of real answers."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from jsonschema_rs import Draft202012Validator

from app.access import ACCESS, Access
from app.core.config import Settings
from app.core.version import service_version
from app.core.vocabulary import Role
from app.main import create_app
from tests.desk import ClientFor, Json
from tests.factories import PASSWORD, Client, Make, body, unique

DOCUMENT = create_app(Settings(docs_enabled=True)).openapi()


def operations() -> Iterator[tuple[str, str, Json]]:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


OPERATIONS = {operation["operationId"]: operation for _, _, operation in operations()}
each_operation = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)


def test_it_has_the_title_and_the_version_of_the_project() -> None:
    info = DOCUMENT["info"]

    assert info["title"] == "Interaction Management API"
    assert info["version"] == service_version()
    assert DOCUMENT["openapi"].startswith("3.1")


def test_every_operation_has_a_name_of_its_own_given_by_hand() -> None:
    names = [operation["operationId"] for _, _, operation in operations()]

    assert len(set(names)) == len(names)
    assert set(names) == set(ACCESS)
    assert all(re.fullmatch(r"[a-z]+([A-Z][a-z]+)+", name) for name in names)


@each_operation
def test_it_is_described_with_the_role_it_needs(operation: Json) -> None:
    assert operation["summary"]
    assert operation["tags"]
    assert f"**Role:** {ACCESS[operation['operationId']]}." in operation["description"]


@each_operation
def test_it_needs_a_token_unless_it_is_for_anybody(operation: Json) -> None:
    is_public = ACCESS[operation["operationId"]] is Access.ANYBODY

    assert operation.get("security", []) == ([] if is_public else [{"bearer": []}])
    assert DOCUMENT["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"


@each_operation
def test_every_body_has_an_example_that_fits_its_schema(operation: Json) -> None:
    for content in operation.get("requestBody", {"content": {}})["content"].values():
        schema = resolved(content["schema"])
        example = schema.get("example", schema.get("examples", [None])[0])
        assert example
        validator(content["schema"]).validate(example)


@each_operation
def test_every_error_has_both_forms(operation: Json) -> None:
    errors = {status: one for status, one in operation["responses"].items() if status >= "400"}

    assert errors.keys() >= {"400", "500", "503"}
    for status, answer in errors.items():
        assert answer["description"]
        if (operation["operationId"], status) != ("getReadiness", "503"):
            assert answer["content"].keys() == {"application/json", "application/problem+json"}


@each_operation
def test_parameters_are_described(operation: Json) -> None:
    for parameter in operation.get("parameters", []):
        assert parameter.get("description"), parameter["name"]


def resolved(schema: Json) -> Json:
    name = schema.get("$ref", "").rpartition("/")[2]
    found: Json = DOCUMENT["components"]["schemas"][name] if name else schema
    return found


def validator(schema: Json, schemas: Json | None = None) -> Draft202012Validator:
    schemas = schemas or DOCUMENT["components"]["schemas"]
    return Draft202012Validator(schema | {"components": {"schemas": schemas}})


def closed_schemas() -> Json:
    """The schemas of the document, made to refuse fields that they do not name."""
    return {
        name: schema
        if "additionalProperties" in schema or "properties" not in schema
        else schema | {"additionalProperties": False}
        for name, schema in DOCUMENT["components"]["schemas"].items()
    }


class Recorder:
    """Calls operations, and holds each answer against the document."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.seen: set[str] = set()

    async def call(self, name: str, *, json: Any = None, query: str = "", **path: object) -> Any:
        """What an operation answers to the administrator when all is well."""
        method, template = next(
            (method, path) for method, path, one in operations() if one["operationId"] == name
        )
        url = f"http://test{template.format(**path)}?{query}"
        response = await self.client.request(method, url, json=json)
        declared = OPERATIONS[name]["responses"]
        success = next(status for status in declared if status < "300")
        assert str(response.status_code) == success, (name, response.text)
        self.seen.add(name)
        if success == "204":
            assert response.content == b""
            return None
        schema = declared[success]["content"]["application/json"]["schema"]
        answer = response.json()
        validator(schema, closed_schemas()).validate(answer)
        return answer


async def test_every_operation_answers_what_the_document_says(
    make: Make, client_for: ClientFor, api: FastAPI
) -> None:
    site, admin = await make.site(), await make.admin()
    await make.membership(site, admin, Role.SITE_ADMIN)
    recorder = Recorder(client_for(admin))
    call, names = recorder.call, "include=site,creator,updater"
    person = {"email": f"{unique('p')}@example.org", "full_name": "A Person"}
    person["username"] = unique("person")

    for name in ("getLiveness", "getReadiness", "getJwks", "listMySites", "getCurrentUser"):
        await call(name)
    row = await call("createInteraction", json=body(site_id=site.id, notes="A note"))
    await call("getInteraction", interaction_id=row["id"], query=names)
    await call("replaceInteraction", interaction_id=row["id"], json=body(title="Another title"))
    await call("updateInteraction", interaction_id=row["id"], json={"location": None})
    await call("listInteractionHistory", interaction_id=row["id"])
    await call("listInteractions", query=names)
    await call("searchInteractions", query=f"{names}&q=title")
    await call("listSiteInteractions", site_id=site.id)
    await call("listInteractionTypes")
    await call("deleteInteraction", interaction_id=row["id"])
    await call("listInteractionHistory", interaction_id=row["id"])
    user = await call("createUser", json=person)
    switches = {"is_active": True, "is_system_admin": False}
    await call("replaceUser", user_id=user["id"], json=person | switches)
    await call("getUser", user_id=user["id"])
    await call("listUsers")
    made = await call("createSite", json={"name": unique("Made"), "timezone": "UTC"})
    await call("addMember", site_id=made["id"], json={"user_id": user["id"], "role": "viewer"})
    await call("changeMember", site_id=made["id"], user_id=user["id"], json={"role": "editor"})
    await call("listMembers", site_id=made["id"])
    await call("removeMember", site_id=made["id"], user_id=user["id"])
    await call("getSite", site_id=made["id"], query="include=statistics")
    await call("listSites", query="include=statistics")
    await call("replaceSite", site_id=made["id"], json={"name": made["name"], "timezone": "UTC"})
    await call("deactivateSite", site_id=made["id"])
    await call("deactivateUser", user_id=user["id"])
    tokens = await call("logIn", json={"username": admin.username, "password": PASSWORD})
    await call("refreshTokens", json={"refresh_token": tokens["refresh_token"]})
    await call("logOut")

    assert recorder.seen == set(OPERATIONS)
