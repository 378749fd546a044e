"""A token may narrow what its bearer sees, and never widens it."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from jose import jwt

from app.auth.keys import KEY_FILE
from app.core.config import Settings
from app.core.vocabulary import Role
from app.models import User
from tests.desk import ClientFor, error_of
from tests.factories import Client, Make, body

ClientWith = Callable[[User, object], Client]


@pytest.fixture
def client_with(api: FastAPI, settings: Settings, make: Make, client_for: ClientFor) -> ClientWith:
    """A client whose token names sites, signed with the application's own key."""
    key = (settings.ims_state_dir / KEY_FILE).read_text()

    def client(user: User, site_ids: object) -> Client:
        plain = make.token(api, user)
        claims = jwt.get_unverified_claims(plain) | {"site_ids": site_ids}
        header = jwt.get_unverified_header(plain)
        token = jwt.encode(claims, key, algorithm="ES256", headers=header)
        return client_for(Authorization=f"Bearer {token}")

    return client


async def sites_of(client: Client) -> set[int]:
    return {site["id"] for site in (await client.get("/auth/sites")).json()["sites"]}


async def test_the_claim_narrows_the_scope(make: Make, client_with: ClientWith) -> None:
    first, second = await make.site(), await make.site()
    user = await make.member(first, second)
    row = await make.interaction(second, user)
    client = client_with(user, [first.id])

    assert await sites_of(client) == {first.id}
    assert (await client.get("/interactions")).json()["total"] == 0
    error_of(await client.get(f"/interactions/{row.id}"), 403)
    error_of(await client.get(f"/sites/{second.id}"), 403)
    error_of(await client.get(f"/interactions?site_id={second.id}"), 403)
    error_of(await client.post("/interactions", json=body(site_id=second.id)), 403)
    assert (await client.post("/interactions", json=body())).json()["site_id"] == first.id


async def test_the_claim_never_widens_the_scope(make: Make, client_with: ClientWith) -> None:
    own, foreign = await make.site(), await make.site()
    user = await make.member(own)

    assert await sites_of(client_with(user, [own.id, foreign.id])) == {own.id}
    assert await sites_of(client_with(user, [foreign.id])) == set()
    assert await sites_of(client_with(user, [])) == set()


async def test_the_claim_narrows_a_system_admin_too(make: Make, client_with: ClientWith) -> None:
    site, other = await make.site(), await make.site()
    client = client_with(await make.admin(), [site.id, 2**31 - 1])

    assert await sites_of(client) == {site.id}
    error_of(await client.get(f"/sites/{other.id}"), 403)
    error_of(await client.get("/users/1"), 404)
    error_of(await client.post("/sites", json={"name": "New", "timezone": "UTC"}), 403)


async def test_the_claim_gives_no_role(make: Make, client_with: ClientWith) -> None:
    site = await make.site()
    viewer = await make.member(site, role=Role.VIEWER)

    error_of(await client_with(viewer, [site.id]).post("/interactions", json=body()), 403)


@pytest.mark.parametrize("claim", ["1", 1, None, {"1": 1}, [True], ["1"], [0], [2**31], [1.0]])
async def test_a_claim_of_another_form_is_refused(
    claim: object, make: Make, client_with: ClientWith
) -> None:
    error_of(await client_with(await make.user(), claim).get("/auth/sites"), 401)
