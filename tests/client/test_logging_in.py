"""Logins are made when they are needed, and carried on by one at a time."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.client import AsyncIMSClient, IMSClient
from app.client.errors import InvalidCredentialsError, UnauthorizedError
from tests.client.conftest import Workplace
from tests.client.proxy import Fate, Proxy
from tests.client.served import Service
from tests.factories import PASSWORD

LOGIN = "POST /api/v1/auth/login "
REFRESH = "POST /api/v1/auth/refresh "
LOGOUT = "POST /api/v1/auth/logout "
MANY = 12


@pytest.fixture
async def far(served: Service, workplace: Workplace, proxy: Proxy) -> AsyncIterator[AsyncIMSClient]:
    async with served.client(workplace.editor, url=proxy.url) as client:
        yield client


def let_expire(client: AsyncIMSClient | IMSClient) -> None:
    """Let it be time to refresh."""
    client._transport.access._renew_at = 0  # type: ignore[union-attr]


async def test_many_calls_at_once_log_in_once(far: AsyncIMSClient, proxy: Proxy) -> None:
    await asyncio.gather(*(far.get_current_user() for _ in range(MANY)))

    assert len(proxy.asked_for(LOGIN)) == 1


async def test_many_calls_at_once_refresh_once(far: AsyncIMSClient, proxy: Proxy) -> None:
    await far.get_current_user()
    let_expire(far)

    await asyncio.gather(*(far.get_current_user() for _ in range(MANY)))

    assert (len(proxy.asked_for(LOGIN)), len(proxy.asked_for(REFRESH))) == (1, 1)


async def test_threads_refresh_once_too(
    served: Service, workplace: Workplace, proxy: Proxy
) -> None:
    def work() -> list[str]:
        with (
            served.waiting_client(workplace.editor, url=proxy.url) as client,
            ThreadPoolExecutor(MANY) as threads,
        ):
            names = [client.get_current_user().username]
            let_expire(client)
            found = [threads.submit(client.get_current_user) for _ in range(MANY)]
            return names + [one.result().username for one in found]

    assert set(await asyncio.to_thread(work)) == {workplace.editor.username}
    assert (len(proxy.asked_for(LOGIN)), len(proxy.asked_for(REFRESH))) == (1, 1)


async def test_a_refresh_that_is_lost_becomes_a_new_login(
    far: AsyncIMSClient, proxy: Proxy
) -> None:
    await far.get_current_user()
    let_expire(far)
    proxy.will(Fate.UNANSWERED, about="/auth/refresh")

    await asyncio.gather(*(far.get_current_user() for _ in range(MANY)))

    # Sent once: a refresh token that is used twice would end the login everywhere.
    assert (len(proxy.asked_for(LOGIN)), len(proxy.asked_for(REFRESH))) == (2, 1)


async def test_a_login_that_was_ended_elsewhere_is_made_anew(
    far: AsyncIMSClient, workplace: Workplace, proxy: Proxy
) -> None:
    await far.get_current_user()
    await workplace.client.revoke_all_sessions()
    await asyncio.sleep(1.1)  # so long an access token may be trusted after its login has ended

    await asyncio.gather(*(far.list_sites() for _ in range(3)))

    assert len(proxy.asked_for(LOGIN)) == 2


async def test_leaving_ends_the_login(served: Service, workplace: Workplace, proxy: Proxy) -> None:
    async with served.client(workplace.editor, url=proxy.url) as client:
        await client.get_current_user()

    assert len(proxy.asked_for(LOGOUT)) == 1


async def test_leaving_before_anything_was_asked_asks_nothing(
    served: Service, workplace: Workplace, proxy: Proxy
) -> None:
    async with served.client(workplace.editor, url=proxy.url):
        pass

    assert proxy.seen == []


async def test_leaving_does_not_wait_for_a_service_that_is_away(
    served: Service, workplace: Workplace, proxy: Proxy
) -> None:
    async with served.client(workplace.editor, url=proxy.url) as client:
        await client.get_current_user()
        proxy.will(Fate.LOST, about="/auth/logout")

    assert len(proxy.asked_for(LOGOUT)) == 1


async def test_a_wrong_password_is_an_error_of_the_first_call(
    served: Service, workplace: Workplace
) -> None:
    username = workplace.editor.username
    async with AsyncIMSClient(
        served.url, username=username, password="a wrong one", http=served.http
    ) as client:
        with pytest.raises(InvalidCredentialsError):
            await client.list_sites()


async def test_logging_in_by_hand_makes_the_client_that_user(
    served: Service, workplace: Workplace
) -> None:
    async with AsyncIMSClient(served.url, http=served.http) as client:
        with pytest.raises(UnauthorizedError):
            await client.get_current_user()
        await client.log_in({"username": workplace.editor.username, "password": PASSWORD})

        assert (await client.get_current_user()).id == workplace.editor.id


async def test_a_token_that_was_refused_is_asked_for_again(
    served: Service, workplace: Workplace
) -> None:
    good = workplace.make.token(served.api, workplace.editor)
    tokens = iter(["not.a.token", good, good])

    async def source() -> str:
        return next(tokens)

    async with AsyncIMSClient(served.url, token_source=source, http=served.http) as client:
        assert (await client.get_current_user()).id == workplace.editor.id


async def test_a_source_that_knows_no_better_token_is_refused(served: Service) -> None:
    async def source() -> str:
        return "not.a.token"

    async with AsyncIMSClient(served.url, token_source=source, http=served.http) as client:
        with pytest.raises(UnauthorizedError):
            await client.get_current_user()


async def test_a_key_is_refused_once(served: Service, proxy: Proxy) -> None:
    async with AsyncIMSClient(proxy.url, api_key="ims_dev_none", http=served.http) as client:
        with pytest.raises(UnauthorizedError):
            await client.list_sites()

    assert len(proxy.seen) == 1


async def test_a_client_at_a_site_sees_that_site_alone(served: Service) -> None:
    ours, other = await served.make.site(), await served.make.site()
    editor = await served.make.member(ours, other)
    for site in (ours, other):
        await served.make.interaction(site, editor)

    async with served.client(editor) as client:
        at_one = client.at_site(other.id)

        assert [row.site_id async for row in at_one.iter_interactions()] == [other.id]
        assert (await client.list_interactions()).total == 2


@pytest.mark.parametrize(
    "options",
    [
        {"username": "ada"},
        {"password": "word"},
        {"username": "ada", "password": "word", "api_key": "ims_key"},
        {"api_key": "ims_key", "token_source": lambda: "token"},
    ],
)
def test_who_is_calling_has_to_be_clear(options: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="Give username and password"):
        IMSClient("http://test", **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "url",
    ["", "ims.example.org", "ftp://host", "https://", "https://ada:word@host", "http://h?a=1"],
)
def test_an_address_has_to_be_one(url: str) -> None:
    with pytest.raises(ValueError, match="The address must"):
        IMSClient(url)


@pytest.mark.parametrize("end", ["", "/", "/api", "/api/v1", "/api/v1/"])
async def test_an_address_may_be_that_of_the_api(served: Service, end: str) -> None:
    async with AsyncIMSClient(served.url + end, http=served.http) as client:
        assert (await client.get_liveness()).status == "ok"
