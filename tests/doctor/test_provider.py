"""What is said of the provider of single sign-on: a real one, in a process of its own."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from app.core.config import Settings
from app.doctor.finding import Verdict
from tests.doctor.conftest import Change, found, verdict
from tests.provider.process import TestProvider, running_provider

OF_PROVIDER = ("provider", "provider's tokens", "provider's clock")


@pytest.fixture(scope="module")
def provider_process() -> Iterator[TestProvider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture
def provider(provider_process: TestProvider) -> TestProvider:
    provider_process.reset()
    return provider_process


@pytest.fixture
def trusting(settings: Settings, provider: TestProvider, changed: Change) -> Change:
    """A deployment that trusts the provider."""
    return lambda **over: changed(**provider.settings(settings, **over).model_dump())


async def test_a_provider_as_it_should_be_is_well(trusting: Change, provider: TestProvider) -> None:
    for subject in OF_PROVIDER:
        assert await verdict(trusting(), subject) is Verdict.OK, subject
    assert (await found(trusting(), "provider")).seen == (
        f"{provider.issuer} answers, with 2 keys that can be used"
    )


async def test_no_provider_is_well(changed: Change) -> None:
    for subject in OF_PROVIDER:
        assert await verdict(changed(), subject) is Verdict.OK


@pytest.mark.parametrize(
    ("knobs", "reason"),
    [
        ({"discovery": {"issuer": "https://other.example/"}}, "OIDC_ISSUER is not the issuer"),
        ({"discovery": {"token_endpoint": "http://far.example/token"}}, "is not https"),
        ({"discovery": {"jwks_uri": None}}, "lacks something"),
        ({"published": ["rsa-weak"]}, "no key that can be used"),
        ({"answers": {"/jwks": {"body": "<html>"}}}, ""),
        ({"answers": {"/.well-known/openid-configuration": {"status": 500}}}, ""),
    ],
)
async def test_a_provider_of_no_use_is_wrong(
    trusting: Change, provider: TestProvider, knobs: dict[str, object], reason: str
) -> None:
    provider.set(**knobs)

    finding = await found(trusting(), "provider")

    assert finding.verdict is Verdict.WRONG
    assert reason in finding.seen


async def test_a_provider_that_is_away_is_wrong(trusting: Change) -> None:
    away = trusting(oidc_issuer="http://127.0.0.1:1/")

    for subject in ("provider", "provider's clock"):
        finding = await found(away, subject)
        assert finding.verdict is Verdict.WRONG
        assert "OIDC_ISSUER" in str(finding.advice)


async def test_an_audience_that_is_not_set_is_told(trusting: Change) -> None:
    finding = await found(trusting(oidc_audience=None), "provider's tokens")

    assert "its access tokens are refused" in finding.seen


@pytest.mark.parametrize(("ahead", "expected"), [(0, "ok"), (10, "warning"), (-40, "wrong")])
async def test_a_clock_that_is_wrong_is_told(changed: Change, ahead: int, expected: str) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=ahead), usegmt=True)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 405 No\r\nDate: {date}\r\nContent-Length: 0\r\n\r\n".encode())
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        one = changed(oidc_issuer=f"http://127.0.0.1:{port}", oidc_client_id="ims")
        assert await verdict(one, "provider's clock") == expected
