"""An inactive site is seen by system administrators only, and takes no writes."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI

from app.core.vocabulary import Role
from tests.access.scenes import Kind, make_scene, make_surroundings
from tests.access.test_matrix import call
from tests.factories import Client, Make
from tests.tenancy.operations import OPERATIONS, SITE_IN_QUERY, Operation


def _names_a_site(operation: Operation) -> bool:
    named = {"site_id", "interaction_id"} & operation.parameters.keys()
    in_path = any(operation.parameters[name] == "path" for name in named)
    return in_path or operation.id in {"createInteraction", *SITE_IN_QUERY}


OF_A_SITE = [operation for operation in OPERATIONS if _names_a_site(operation)]
BRINGS_IT_BACK = {"replaceSite", "deactivateSite"}
"""Writes to the site itself are how it becomes active again, or stays as it is."""


def for_each(operations: list[Operation]) -> pytest.MarkDecorator:
    """Runs a test for every one of some operations."""
    return pytest.mark.parametrize("operation", operations, ids=lambda operation: operation.id)


@for_each(OF_A_SITE)
async def test_an_inactive_site_is_not_among_its_members_sites(
    api: FastAPI, make: Make, operation: Operation
) -> None:
    around, needed = await make_surroundings(make, is_active=False), operation.needs()
    for kind in (Kind.VIEWER, Kind.CREATOR, Kind.SITE_ADMIN):
        scene = await make_scene(api, make, kind, around=around, needed=needed)
        assert (await call(api, operation, scene)).status_code == 403


@for_each([item for item in OF_A_SITE if item.reads])
async def test_a_system_administrator_reads_an_inactive_site(
    api: FastAPI, make: Make, operation: Operation
) -> None:
    around, needed = await make_surroundings(make, is_active=False), operation.needs()
    scene = await make_scene(api, make, Kind.SYSTEM_ADMIN, around=around, needed=needed)
    assert (await call(api, operation, scene)).status_code == 200


@for_each([item for item in OF_A_SITE if not item.reads and item.id not in BRINGS_IT_BACK])
async def test_an_inactive_site_takes_no_writes_from_anybody(
    api: FastAPI, make: Make, operation: Operation
) -> None:
    around, needed = await make_surroundings(make, is_active=False), operation.needs()
    scene = await make_scene(api, make, Kind.SYSTEM_ADMIN, around=around, needed=needed)
    response = await call(api, operation, scene)
    assert response.status_code == 409
    assert response.json()["error"]["code"] == "conflict"


async def test_lists_leave_an_inactive_site_out_for_all_but_system_administrators(
    make: Make, client_for: Callable[..., Client]
) -> None:
    active, inactive = await make.site(), await make.site(is_active=False)
    member = await make.member(active, inactive, role=Role.SITE_ADMIN)
    for site in (active, inactive):
        await make.interaction(site, member)
    client, admin = client_for(member), client_for(await make.admin())
    only = f"site_id={inactive.id}"

    assert [site["id"] for site in (await client.get("/sites")).json()["sites"]] == [active.id]
    assert [site["id"] for site in (await client.get("/auth/sites")).json()["sites"]] == [active.id]
    assert (await client.get("/interactions")).json()["total"] == 1
    assert (await client.get(f"/interactions?{only}")).status_code == 403
    assert (await admin.get(f"/interactions?{only}")).json()["total"] == 1


async def test_a_system_administrator_makes_an_inactive_site_active_again(
    make: Make, client_for: Callable[..., Client]
) -> None:
    site = await make.site(is_active=False)
    admin = client_for(await make.admin())
    content = {"name": site.name, "timezone": site.timezone, "is_active": True}

    response = await admin.put(f"/sites/{site.id}", json=content)

    assert response.status_code == 200
    assert response.json()["is_active"] is True
