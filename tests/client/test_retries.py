"""What is lost on the way is sent again, and done once."""

import httpx
import pytest

from app.client import APIError, AsyncIMSClient, Retries
from app.client.errors import (
    BY_CODE,
    NoConnectionError,
    NotFoundError,
    PreconditionFailedError,
    UnavailableError,
    UnexpectedAnswerError,
)
from tests.client.conftest import Workplace
from tests.client.proxy import Fate, Proxy
from tests.client.served import IMPATIENT, Service
from tests.factories import body, unique

WRITING = "POST /api/v1/interactions "


@pytest.fixture
def far(served: Service, workplace: Workplace, proxy: Proxy) -> AsyncIMSClient:
    """The editor's client, behind the proxy."""
    return served.client(workplace.editor, url=proxy.url)


def keys_of(heads: list[str]) -> set[str]:
    """The keys that requests were sent with."""
    lines = [line for head in heads for line in head.split("\r\n")]
    return {line for line in lines if line.lower().startswith("idempotency-key:")}


@pytest.mark.parametrize("fate", [Fate.LOST, Fate.UNANSWERED, Fate.CUT, Fate.BUSY])
async def test_a_change_is_made_once_whatever_is_lost(
    far: AsyncIMSClient, workplace: Workplace, proxy: Proxy, fate: Fate
) -> None:
    proxy.will(fate, fate, about="/interactions")
    lead = unique("Lead")

    made = await far.create_interaction(body(lead=lead))

    sent = proxy.asked_for(WRITING)
    assert len(sent) == 3
    assert len(keys_of(sent)) == 1
    found = [row.id async for row in workplace.client.iter_interactions(lead=lead)]
    assert found == [made.id]


async def test_each_change_has_a_key_of_its_own(far: AsyncIMSClient, proxy: Proxy) -> None:
    for _ in range(2):
        await far.create_interaction(body())

    assert len(keys_of(proxy.asked_for(WRITING))) == 2


async def test_a_change_that_was_done_is_not_refused_for_its_own_sake(
    far: AsyncIMSClient, workplace: Workplace, proxy: Proxy
) -> None:
    row = await workplace.interaction()
    proxy.will(Fate.UNANSWERED, about="PATCH ")

    changed = await far.update_interaction(row.id, {"location": "Hall 2"}, if_match=row.version)

    assert (changed.version, changed.location) == (row.version + 1, "Hall 2")
    with pytest.raises(PreconditionFailedError):
        await far.update_interaction(row.id, {"location": "Hall 3"}, if_match=row.version)


async def test_what_takes_no_key_is_not_sent_twice(far: AsyncIMSClient, proxy: Proxy) -> None:
    await far.get_current_user()
    proxy.will(Fate.UNANSWERED, about="/auth/totp")

    with pytest.raises(NoConnectionError):
        await far.add_second_factor({"password": "a wrong one"})

    assert len(proxy.asked_for("POST /api/v1/auth/totp ")) == 1


async def test_a_login_is_made_again(far: AsyncIMSClient, proxy: Proxy) -> None:
    proxy.will(Fate.UNANSWERED, Fate.BUSY, about="/auth/login")

    assert (await far.get_current_user()).username


async def test_the_client_gives_up_in_the_end(far: AsyncIMSClient, proxy: Proxy) -> None:
    await far.get_current_user()
    proxy.will(*[Fate.BUSY] * 20, about="/auth/me")

    with pytest.raises(APIError, match="503 http_503: Service Unavailable"):
        await far.get_current_user()

    assert len(proxy.fates) == 20 - IMPATIENT.tries


async def test_a_service_that_is_not_there_is_no_connection() -> None:
    client = AsyncIMSClient("http://127.0.0.1:9", api_key="ims_none", retries=IMPATIENT)

    with pytest.raises(NoConnectionError, match=r"GET /api/v1/auth/me: ConnectError; tried 6"):
        await client.get_current_user()


async def test_a_refusal_is_not_tried_again(far: AsyncIMSClient, proxy: Proxy) -> None:
    with pytest.raises(NotFoundError):
        await far.get_interaction(2**62)

    assert len(proxy.asked_for("GET /api/v1/interactions/")) == 1


async def test_another_server_is_told_from_ours() -> None:
    elsewhere = httpx.MockTransport(lambda _request: httpx.Response(200, text="<h1>Hello</h1>"))
    http = httpx.AsyncClient(transport=elsewhere)
    client = AsyncIMSClient("http://elsewhere", api_key="ims_none", http=http)

    with pytest.raises(UnexpectedAnswerError, match="The answer is no CurrentUser"):
        await client.get_current_user()


def refusal(status: int, *, retry_after: float | None = None) -> APIError:
    return BY_CODE["unavailable"](status, "unavailable", "Later", retry_after=retry_after)


def test_waits_grow_and_stay_bounded() -> None:
    retries = Retries(tries=2_000, first_seconds=1, longest_seconds=8)
    drawn = {
        tried: [retries.after_loss(tried, may_repeat=True) or 0 for _ in range(300)]
        for tried in (1, 2, 4, 1_999)
    }

    for tried, longest in ((1, 1), (2, 2), (4, 8), (1_999, 8)):
        assert 0.5 * longest < max(drawn[tried]) <= longest
        assert min(drawn[tried]) < 0.5 * longest


def test_retry_after_is_waited_for_up_to_a_limit() -> None:
    retries = Retries(first_seconds=0.5, patience_seconds=10)

    waited = retries.after_refusal(1, refusal(429, retry_after=9), may_repeat=False)
    assert waited is not None
    assert 9 <= waited <= 9.5
    assert retries.after_refusal(1, refusal(429, retry_after=11), may_repeat=True) is None


@pytest.mark.parametrize(
    ("status", "retry_after", "may_repeat", "again"),
    [
        (429, None, False, True),
        (503, None, False, True),
        (502, None, True, True),
        (502, None, False, False),
        (504, None, True, True),
        (409, 1, True, True),
        (409, None, True, False),
        (409, 1, False, False),
        (500, None, True, False),
        (423, 1, True, False),
    ],
)
def test_what_is_tried_again(
    status: int, retry_after: float | None, may_repeat: bool, again: bool
) -> None:
    error = refusal(status, retry_after=retry_after)

    assert (Retries().after_refusal(1, error, may_repeat=may_repeat) is not None) is again
    assert Retries(tries=1).after_refusal(1, error, may_repeat=may_repeat) is None


def test_no_tries_at_all_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        Retries(tries=0)


async def test_an_error_of_the_service_itself_is_unavailable() -> None:
    told = {"error": {"code": "unavailable", "message": "Full", "request_id": "12345678"}}
    full = httpx.MockTransport(lambda _request: httpx.Response(503, json=told))
    http = httpx.AsyncClient(transport=full)
    client = AsyncIMSClient("http://full", api_key="ims_none", http=http, retries=Retries(tries=1))

    with pytest.raises(UnavailableError, match="Full"):
        await client.list_sites()
