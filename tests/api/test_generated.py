"""Requests generated from the OpenAPI document, as each kind of caller: none finds a fault.

Neither a server error nor a status, media type, header or body that the document does not name.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.core.config import Settings
from app.core.vocabulary import Role
from tests.api.described import DOCUMENT, header_faults
from tests.conftest import MakeMigrated
from tests.factories import Client
from tests.imports.making import make_import, make_operation
from tests.jobs.making import make_job
from tests.own_app import OwnApp, own_app
from tests.privacy.making import make_export
from tests.reports.making import make_report, make_schedule
from tests.saved_searches.making import make_search
from tests.tenancy.operations import NOBODYS_SESSION

pytestmark = pytest.mark.covered_elsewhere

CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
OPERATIONS = {
    result.ok().definition.raw["operationId"]: result.ok()
    for result in SCHEMA.get_all_operations()
    if isinstance(result, Ok)
}
CALLERS = ["system_admin", *sorted(Role, reverse=True), "nobody"]
# What a generator hardly ever finds by itself: a body that is right as a whole.
RIGHT = {
    "timezone": "Europe/Paris",
    "start_datetime": "2026-06-12T14:00:00Z",
    "end_datetime": "2026-06-12T15:00:00+00:00",
    "description": "What was said.",
    "title": "A right title",
    "full_name": "A Name",
    "site_id": None,
    "version": 1,
}


@dataclass(frozen=True, slots=True)
class World:
    """Ids of what there is, and callers of every kind."""

    ids: dict[str, list[int | str]]
    clients: dict[str, Client]


@pytest.fixture(scope="module")
async def own(make_migrated: MakeMigrated, settings: Settings) -> AsyncIterator[OwnApp]:
    async with own_app(make_migrated, settings) as own:
        yield own


@pytest.fixture(scope="module")
async def for_reading(own: OwnApp) -> World:
    """The world of all that leaves it as it is."""
    return await make_world(own)


@pytest.fixture
async def world(own: OwnApp, for_reading: World, operation_id: str) -> World:
    """Made for each other operation: some of them log callers out or take their roles away."""
    is_read = OPERATIONS[operation_id].method.upper() == "GET"
    return for_reading if is_read else await make_world(own)


async def make_world(own: OwnApp) -> World:
    """A site with callers, and what each of them has."""
    make, engine = own.make, own.api.state.engine
    site, theirs = await make.site(), await make.site()
    others = [await make.member(site, role=Role.VIEWER) for _ in range(3)]
    callers = {role.value: await make.member(site, role=role) for role in Role}
    callers["system_admin"] = await make.admin()
    keys = [(await make.api_key(own.api, user, site))[0] for user in callers.values()]
    searches: list[int | str] = [
        await make_search(engine, user, shared_with=site.id) for user in callers.values()
    ]
    rows = [
        await make.interaction(place, user)
        for place in (site, theirs)
        for user in (*callers.values(), *others)
    ]
    return World(
        ids={
            "site_id": [site.id, theirs.id],
            "external_id": ["crm/1", "\u00e9", "%2F"],
            "user_id": [user.id for user in others],
            "session_id": [NOBODYS_SESSION],
            "key_id": [key.id for key in keys],
            "search_id": searches,
            "import_id": [await make_import(own.api, user, site) for user in callers.values()],
            "operation_id": [str(await make_operation(own.api, user)) for user in callers.values()],
            "interaction_id": [row.id for row in rows],
            "request_id": [await make_export(own.api, user, site) for user in callers.values()],
            "report_id": [await make_report(own.api, user, site) for user in callers.values()],
            "schedule_id": [await make_schedule(engine, user) for user in callers.values()],
            "job_id": [
                await make_job(engine, user, status="failed", error_code="timeout")
                for user in callers.values()
            ],
        },
        clients={name: own.client(user) for name, user in callers.items()}
        | {"nobody": own.client()},
    )


def make_plausible(case: schemathesis.Case[Any], data: st.DataObject, world: World) -> None:
    """Let a generated request speak of what there is."""
    for name in case.path_parameters:
        case.path_parameters[name] = data.draw(st.sampled_from(world.ids[name]))
    case.headers.pop("X-Site-ID", None)
    if isinstance(case.body, dict):
        case.body |= {name: value for name, value in RIGHT.items() if name in case.body}


@pytest.mark.parametrize("operation_id", sorted(OPERATIONS))
@settings(
    max_examples=30,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
async def test_nothing_generated_finds_a_fault(
    operation_id: str, data: st.DataObject, world: World
) -> None:
    operation = OPERATIONS[operation_id]
    mode = data.draw(st.sampled_from(schemathesis.GenerationMode))
    case = data.draw(operation.as_strategy(generation_mode=mode))
    if data.draw(st.booleans()):
        make_plausible(case, data, world)
    client = world.clients[data.draw(st.sampled_from(CALLERS))]
    case.headers.pop("Authorization", None)
    sent: Any = requests.Request(**case.as_transport_kwargs(base_url="http://test")).prepare()
    # As bytes: of text, our client takes ASCII alone.
    headers = {
        name: value.encode("latin-1") if isinstance(value, str) else value
        for name, value in sent.headers.items()
    }

    response = await client.request(sent.method, sent.url, headers=headers, content=sent.body)

    case.validate_response(response, checks=CHECKS)
    assert header_faults(operation_id, response) == set()
