"""The OpenAPI document: complete, and true of real answers."""

import re
from typing import Any

from fastapi import FastAPI
from jsonschema_rs import Draft202012Validator
from sqlalchemy.ext.asyncio import AsyncEngine

from app.access import ACCESS, Access
from app.core.version import service_version
from app.core.vocabulary import Role
from app.models import Site, User
from tests.api.described import (
    DOCUMENT,
    OPERATIONS,
    SCHEMAS,
    answers_of,
    each_operation,
    header_faults,
    operations,
    resolved,
)
from tests.desk import ClientFor, Json
from tests.factories import PASSWORD, Client, Make, body, unique
from tests.identity.totp.authenticator import Authenticator, let_codes_expire
from tests.imports.making import TEXT, make_import, make_operation
from tests.jobs.making import make_job
from tests.privacy.making import make_export
from tests.reports.making import make_report


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
def test_it_needs_a_token_or_a_session_unless_it_is_for_anybody(operation: Json) -> None:
    is_public = ACCESS[operation["operationId"]] is Access.ANYBODY
    schemes = DOCUMENT["components"]["securitySchemes"]

    either: list[Json] = [{"bearer": []}, {"session": []}]
    assert operation.get("security", []) == ([] if is_public else either)
    assert schemes["bearer"]["scheme"] == "bearer"
    assert schemes["session"]["in"] == "cookie"


@each_operation
def test_every_error_has_both_forms(operation: Json) -> None:
    errors = {status: one for status, one in answers_of(operation).items() if status >= "400"}

    assert errors.keys() >= {"400", "500", "503"}
    for status, answer in errors.items():
        assert answer["description"]
        if (operation["operationId"], status) != ("getReadiness", "503"):
            assert answer["content"].keys() == {"application/json", "application/problem+json"}


@each_operation
def test_parameters_are_described(operation: Json) -> None:
    for parameter in operation.get("parameters", []):
        assert parameter.get("description"), parameter["name"]


def validator(schema: Json, schemas: Json | None = None) -> Draft202012Validator:
    schemas = schemas or SCHEMAS
    return Draft202012Validator(schema | {"components": {"schemas": schemas}})


def closed_schemas() -> Json:
    """The schemas of the document, made to refuse fields that they do not name."""
    return {
        name: schema
        if "additionalProperties" in schema or "properties" not in schema
        else schema | {"additionalProperties": False}
        for name, schema in SCHEMAS.items()
    }


class Recorder:
    """Calls operations, and holds each answer against the document."""

    def __init__(self, client: Client, seen: set[str] | None = None) -> None:
        self.client = client
        self.seen = set() if seen is None else seen

    async def call(
        self, name: str, *, json: Any = None, files: Any = None, query: str = "", **path: object
    ) -> Any:
        """What an operation answers to the administrator when all is well."""
        method, template = next(
            (method, path) for method, path, one in operations() if one["operationId"] == name
        )
        url = f"http://test{template.format(**path)}?{query}"
        response = await self.client.request(method, url, json=json, files=files)
        declared = OPERATIONS[name]["responses"]
        success = next(status for status in declared if status < "300")
        assert str(response.status_code) == success, (name, response.text)
        assert header_faults(name, response) == set(), name
        self.seen.add(name)
        if success == "204":
            assert response.content == b""
            return None
        content = declared[success]["content"]
        if "application/json" not in content:
            assert response.headers["Content-Type"].partition(";")[0] in content
            return None
        schema = content["application/json"]["schema"]
        answer = response.json()
        validator(schema, closed_schemas()).validate(answer)
        return answer


async def test_every_operation_answers_what_the_document_says(
    make: Make, client_for: ClientFor, api: FastAPI, admin_engine: AsyncEngine
) -> None:
    site, admin = await make.site(), await make.admin()
    await make.membership(site, admin, Role.SITE_ADMIN)
    recorder = Recorder(client_for(admin))

    await record_work(recorder, site)
    await record_administration(recorder)
    await record_second_factor(recorder, admin, admin_engine)
    await record_keys(recorder, site)
    await record_saved_searches(recorder, site)
    await record_retention(recorder, api, admin, site)
    await record_imports(recorder, api, admin)
    await record_reports(recorder, api, admin, site)
    await record_logins(recorder, admin)
    await record_sessions(Recorder(client_for(), recorder.seen), await make.user())

    elsewhere = {"beginProviderLogin", "finishProviderLogin", "confirmPasswordReset"}
    assert recorder.seen == set(OPERATIONS) - elsewhere, "the others need a provider or a mail"


async def record_reports(recorder: Recorder, api: FastAPI, admin: User, site: Site) -> None:
    call, csv = recorder.call, {"kind": "interaction_export", "format": "csv"}
    asked = await call("requestReport", json=csv | {"filters": {"q": "word"}})
    await call("getReport", report_id=asked["id"])
    await call("dropReport", report_id=asked["id"])
    await call("listReports")
    made = await make_report(api, admin, site)
    await call("watchReport", report_id=made)
    await call("downloadReport", report_id=made)
    kept = await call("createReportSchedule", json=csv | {"cron": "0 7 * * 1"})
    await call("listReportSchedules")
    await call("updateReportSchedule", schedule_id=kept["id"], json={"is_active": False})
    await call("getReportSchedule", schedule_id=kept["id"])
    await call("deleteReportSchedule", schedule_id=kept["id"])
    failed = await make_job(api.state.engine, admin, status="failed", error_code="timeout")
    await call("retryJob", job_id=failed)
    await call("listJobs")


async def record_work(recorder: Recorder, site: Site) -> None:
    call, names = recorder.call, "include=site,creator,updater"
    for name in ("getLiveness", "getReadiness", "getJwks", "listMySites", "getCurrentUser"):
        await call(name)
    notes = {"notes": "A note", "confidential_notes": "For few"}
    row = await call("createInteraction", json=body(site_id=site.id, **notes))
    await call("getInteraction", interaction_id=row["id"], query=names)
    await call("replaceInteraction", interaction_id=row["id"], json=body(title="Another title"))
    await call("updateInteraction", interaction_id=row["id"], json={"location": None})
    await call("listInteractionHistory", interaction_id=row["id"])
    keyed = await call("createInteraction", json=body(site_id=site.id, external_id="a/1"))
    replaced = await call(
        "upsertInteraction",
        external_id="a%2F1",
        query=f"site_id={site.id}",
        json=body(external_id="a/1") | notes,
    )
    assert replaced["id"] == keyed["id"]
    new = {"op": "create", "data": body(site_id=site.id)}
    await call("batchInteractions", json={"mode": "atomic", "items": [new]})
    await call("listInteractions", query=names)
    await call("searchInteractions", query=f"{names}&q=title")
    tree = {"where": {"field": "title", "op": "contains", "value": "title"}, "facets": ["type"]}
    await call("searchInteractionsByTree", json=tree)
    await call("suggestValues", query="field=lead")
    for name in ("listUpcoming", "listRecent"):
        await call(name, query=names)
    await call("listSiteInteractions", site_id=site.id)
    await call("listInteractionTypes")
    await call("getStatistics", query="by=type,month,site,lead")
    await call("deleteInteraction", interaction_id=row["id"])
    await call("listInteractionHistory", interaction_id=row["id"])
    await call("listInteractions", query=f"deleted=true&{names}")
    await call("restoreInteraction", interaction_id=row["id"], json={"version": 1})
    await call("listSiteActivity", site_id=site.id)


async def record_administration(recorder: Recorder) -> None:
    call = recorder.call
    person = {"email": f"{unique('p')}@example.org", "full_name": "A Person"}
    person["username"] = unique("person")
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
    await call("listAuditEvents")


async def record_second_factor(recorder: Recorder, user: User, admin_engine: AsyncEngine) -> None:
    call, password = recorder.call, {"password": PASSWORD}
    phone = Authenticator((await call("addSecondFactor", json=password))["secret"])
    await call("confirmSecondFactor", json={"totp": phone.code()})
    await let_codes_expire(admin_engine, user)
    await call("removeSecondFactor", json=password | {"totp": phone.code()})


async def record_keys(recorder: Recorder, site: Site) -> None:
    call = recorder.call
    key = {"name": unique("Key"), "site_ids": [site.id], "role": "viewer"}
    made = await call("createApiKey", json=key)
    await call("rotateApiKey", key_id=made["id"])
    await call("listApiKeys")
    await call("revokeApiKey", key_id=made["id"])


async def record_saved_searches(recorder: Recorder, site: Site) -> None:
    call = recorder.call
    example = resolved({"$ref": "#/components/schemas/SavedSearchCreate"})["examples"][0]
    made = await call("createSavedSearch", json=example | {"shared_with": site.id})
    assert made["query"] == example["query"]
    await call("listSavedSearches")
    await call("getSavedSearch", search_id=made["id"])
    await call("runSavedSearch", search_id=made["id"], query="include=site,creator,updater")
    await call("replaceSavedSearch", search_id=made["id"], json={"name": "All", "query": {}})
    await call("deleteSavedSearch", search_id=made["id"])


async def record_retention(recorder: Recorder, api: FastAPI, admin: User, site: Site) -> None:
    call = recorder.call
    await call("replaceRetention", site_id=site.id, json={"interactions_years": 10})
    await call("getRetention", site_id=site.id)
    await call("previewRetention", site_id=site.id)
    person = {"person": unique("Ann Nobody"), "site_ids": [site.id]}
    made = await call("requestErasure", json=person | {"dry_run": True})
    await call("requestPrivacyExport", json=person)
    await call("getPrivacyRequest", request_id=made["id"])
    done = await make_export(api, admin, site)
    await call("downloadPrivacyExport", request_id=done)


async def record_imports(recorder: Recorder, api: FastAPI, admin: User) -> None:
    call = recorder.call
    sent = await call("createImport", files={"file": ("rows.csv", TEXT)})
    example = resolved({"$ref": "#/components/schemas/ImportMapping"})["examples"][0]
    await call("updateImport", import_id=sent["id"], json={"mapping": example})
    await call("deleteImport", import_id=sent["id"])
    ready = await make_import(api, admin)
    await call("getImport", import_id=ready)
    await call("downloadImportErrors", import_id=ready)
    await call("commitImport", import_id=ready)
    await call("listImports")
    operation_id = await make_operation(api, admin)
    await call("undoOperation", operation_id=operation_id)
    await call("getOperation", operation_id=operation_id)


async def record_logins(recorder: Recorder, user: User) -> None:
    call, credentials = recorder.call, {"username": user.username, "password": PASSWORD}
    await call("requestPasswordReset", json={"email": f"{unique('nobody')}@example.org"})
    other = {"current_password": PASSWORD, "new_password": "another twelve characters"}
    tokens = await call("logIn", json=credentials)
    await call("refreshTokens", json={"refresh_token": tokens["refresh_token"]})
    await call("changePassword", json=other)
    await call("logOut")


async def record_sessions(recorder: Recorder, user: User) -> None:
    call, credentials = recorder.call, {"username": user.username, "password": PASSWORD}
    for leave in ("closeSession", "revokeSession", "revokeAllSessions"):
        opened = await call("openSession", json=credentials)
        page = {"X-CSRF-Token": opened["csrf_token"], "Sec-Fetch-Site": "same-origin"}
        recorder.client.headers.update(page)
        await call("getSession")
        (session,) = (await call("listSessions"))["sessions"][:1]
        await call(leave, **({"session_id": session["id"]} if leave == "revokeSession" else {}))
        recorder.client.cookies.clear()
