"""`/jobs`: what those who run the service see and do."""

from typing import Any

from app.models import User
from tests.desk import Json, error_of
from tests.factories import Client
from tests.jobs.conftest import Shop
from tests.jobs.making import make_job


async def admin_of(shop: Shop) -> Client:
    return shop.own.client(await shop.make.admin())


async def listed(client: Client, query: str = "") -> Json:
    response = await client.get(f"/jobs?{query}")
    assert response.status_code == 200, response.text
    page: Json = response.json()
    return page


async def dead(shop: Shop, owner: User, **over: Any) -> int:
    failed = {"status": "failed", "error_code": "abandoned", "attempt": 5, "setbacks": 4}
    return await make_job(shop.engine, owner, **failed | over)


async def test_the_list_shows_every_job_and_nothing_of_what_was_asked(shop: Shop) -> None:
    owner, secret = await shop.make.user(), "what somebody looks for"
    first = await shop.ask(owner, parameters={"q": secret})
    second = await dead(shop, owner)

    response = await (await admin_of(shop)).get("/jobs")

    page = response.json()
    assert [(job["id"], job["status"]) for job in page["jobs"]] == [
        (second, "failed"),
        (first, "queued"),
    ]
    assert page["total"] == 2
    assert secret not in response.text


async def test_the_filters_of_the_list_are_all_met(shop: Shop) -> None:
    one, other = await shop.make.user(), await shop.make.user()
    queued, failed = await shop.ask(one), await dead(shop, one)
    report = {"kind": "interaction_export"}
    exported = await make_job(shop.engine, other, **report)
    admin = await admin_of(shop)

    found = {
        query: [job["id"] for job in (await listed(admin, query))["jobs"]]
        for query in (
            "kind=interaction_export",
            "status=failed",
            "status=failed&status=queued",
            f"owner_id={one.id}",
            f"owner_id={one.id}&status=failed",
            f"owner_id={other.id}&status=failed",
        )
    }

    assert list(found.values()) == [
        [exported],
        [failed],
        [exported, failed, queued],
        [failed, queued],
        [failed],
        [],
    ]
    error_of(await admin.get("/jobs?status=dead"), 400)
    error_of(await admin.get("/jobs?kind=anything"), 400)


async def test_depth_and_age_of_the_queue_can_be_read(shop: Shop) -> None:
    admin, owner = await admin_of(shop), await shop.make.user()

    empty = (await listed(admin))["queue"]
    await shop.ask(owner)
    await shop.ask(owner)
    await shop.age(seconds=90)
    await shop.ask(owner)
    waiting = (await listed(admin))["queue"]

    assert empty == {"queued": 0, "running": 0, "oldest_queued_seconds": None}
    assert (waiting["queued"], waiting["running"]) == (3, 0)
    assert 90 <= waiting["oldest_queued_seconds"] < 120


async def test_only_what_has_failed_is_tried_again(shop: Shop) -> None:
    admin, owner = await admin_of(shop), await shop.make.user()
    failed, queued = await dead(shop, owner), await shop.ask(owner)

    answer = await admin.post(f"/jobs/{failed}/retry")

    assert answer.status_code == 202
    assert (answer.json()["status"], answer.json()["setbacks"]) == ("queued", 0)
    for job_id, status in ((failed, 409), (queued, 409), (2**63 - 1, 404)):
        error_of(await admin.post(f"/jobs/{job_id}/retry"), status)


async def test_jobs_are_not_for_others(shop: Shop) -> None:
    site = await shop.make.site()
    owner = await shop.make.member(site)
    job_id = await dead(shop, owner)

    client = shop.own.client(owner)
    error_of(await client.get("/jobs"), 403)
    error_of(await client.post(f"/jobs/{job_id}/retry"), 403)
