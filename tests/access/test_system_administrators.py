"""A system administrator's sites are all that there are."""

from collections.abc import Callable

from tests.factories import Client, Make

UNKNOWN_SITE = 2**31 - 1


async def test_a_new_site_is_among_them_without_a_membership(
    make: Make, client_for: Callable[..., Client]
) -> None:
    admin = client_for(await make.admin())
    site = await make.site()
    editor = await make.member(site)
    row = await make.interaction(site, editor)

    assert (await admin.get(f"/sites/{site.id}")).status_code == 200
    assert (await admin.get(f"/interactions/{row.id}")).status_code == 200
    roles = {item["id"]: item["role"] for item in (await admin.get("/auth/sites")).json()["sites"]}
    assert roles[site.id] == "site_admin"


async def test_a_site_that_there_is_not_is_told_from_one_that_is_not_theirs(
    make: Make, client_for: Callable[..., Client]
) -> None:
    admin, member = client_for(await make.admin()), client_for(await make.member(await make.site()))
    for path in (f"/sites/{UNKNOWN_SITE}", f"/sites/{UNKNOWN_SITE}/interactions"):
        assert (await admin.get(path)).status_code == 404
        assert (await member.get(path)).status_code == 403
