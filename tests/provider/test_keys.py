"""The provider's keys: fetched by one for all, kept as long as they may be, and no longer."""

import asyncio
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from app.auth.fetched import COOL_DOWN_SECONDS, KEPT_SECONDS
from app.auth.jwks import LIFETIME_SECONDS
from app.auth.keys import Algorithm, UnknownKeyError, VerificationKey, jwks_document
from app.auth.provider import DISCOVERY_SECONDS, Provider, load_provider
from app.auth.tokens import TokenVerifier
from app.core.config import Settings, StartRefusedError
from app.core.errors import InvalidToken, Unavailable
from tests.provider.process import AUDIENCE, Json, TestProvider

JWKS = "/jwks"
DISCOVERY = "/.well-known/openid-configuration"

RSA = VerificationKey(
    "good", Algorithm.RS256, public_key=rsa.generate_private_key(65537, 2048).public_key()
)
EC = VerificationKey(
    "curve", Algorithm.ES256, public_key=ec.generate_private_key(ec.SECP256R1()).public_key()
)
GOOD, CURVE = jwks_document(RSA, EC)["keys"]
WEAK = jwks_document(
    VerificationKey(
        "weak",
        Algorithm.RS256,
        public_key=rsa.generate_private_key(65537, 1024).public_key(),  # noqa: S505
    )
)["keys"][0]


class Clock:
    """A clock that is set by hand."""

    now = 1000.0

    def __call__(self) -> float:
        """Tell the time set."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def trusting(provider: TestProvider, settings: Settings, clock: Clock) -> Provider:
    """The provider as the application sees it, before anything was fetched."""
    return Provider(provider.settings(settings), provider.issuer, clock=clock)


@pytest.fixture
def verifier(trusting: Provider) -> TokenVerifier:
    return TokenVerifier(trusting.tokens_for(AUDIENCE))


def served(*keys: Any) -> Json:
    """An answer with these keys."""
    return {"body": json.dumps({"keys": keys}), "headers": {"content-type": "application/json"}}


async def find(trusting: Provider, kid: str) -> VerificationKey:
    """Look a key of the provider up."""
    return await trusting.tokens_for(AUDIENCE).keys.get(kid)


async def test_200_first_verifications_at_once_fetch_the_keys_once(
    provider: TestProvider, verifier: TokenVerifier
) -> None:
    tokens = [provider.token(jti=str(number)) for number in range(10)] * 20

    found = await asyncio.gather(*map(verifier.verify, tokens))

    assert {claims.issuer for claims in found} == {provider.issuer}
    assert (provider.count(JWKS), provider.count(DISCOVERY)) == (1, 1)


async def test_400_unknown_keys_are_no_more_than_one_fetch_in_half_a_minute(
    provider: TestProvider, trusting: Provider, clock: Clock
) -> None:
    await find(trusting, "rsa-1")

    for _ in range(4):
        found = await asyncio.gather(
            *(find(trusting, f"x{number}") for number in range(100)), return_exceptions=True
        )
        assert {type(one) for one in found} == {UnknownKeyError}
        clock.now += COOL_DOWN_SECONDS / 4 - 0.1
    assert provider.count(JWKS) == 1
    clock.now += 1
    with pytest.raises(UnknownKeyError):
        await find(trusting, "x")
    assert provider.count(JWKS) == 2


async def test_a_new_key_is_taken_up_after_the_cool_down(
    provider: TestProvider, trusting: Provider, clock: Clock
) -> None:
    await find(trusting, "rsa-1")
    provider.set(published=["rsa-1", "rsa-2"])

    clock.now += COOL_DOWN_SECONDS - 1
    with pytest.raises(UnknownKeyError):
        await find(trusting, "rsa-2")
    clock.now += 1

    assert (await find(trusting, "rsa-2")).kid == "rsa-2"


async def test_a_key_that_was_removed_is_refused_when_the_set_is_too_old(
    provider: TestProvider, trusting: Provider, verifier: TokenVerifier, clock: Clock
) -> None:
    token = provider.token()
    await verifier.verify(token)
    provider.set(published=["ec-1"])

    clock.now += LIFETIME_SECONDS - 1
    await verifier.verify(token)
    clock.now += 1
    with pytest.raises(InvalidToken):
        await verifier.verify(token)


async def test_in_an_outage_known_keys_serve_for_a_day_and_of_others_nobody_can_say(
    provider: TestProvider, trusting: Provider, clock: Clock
) -> None:
    await find(trusting, "rsa-1")
    provider.set(answers={JWKS: {"status": 500}, DISCOVERY: {"status": 500}})

    clock.now += COOL_DOWN_SECONDS
    with pytest.raises(Unavailable):
        await find(trusting, "zz")
    clock.now += KEPT_SECONDS - COOL_DOWN_SECONDS - 1
    assert (await find(trusting, "rsa-1")).kid == "rsa-1"
    clock.now += 1
    with pytest.raises(Unavailable) as refusal:
        await find(trusting, "rsa-1")

    assert 0 < int(refusal.value.headers["Retry-After"]) <= COOL_DOWN_SECONDS


async def test_an_outage_is_asked_about_once_in_half_a_minute_and_ends_then(
    provider: TestProvider, trusting: Provider, clock: Clock
) -> None:
    provider.set(answers={JWKS: {"status": 503, "body": "{}"}})
    for _ in range(50):
        with pytest.raises(Unavailable):
            await find(trusting, "rsa-1")
    assert provider.count(JWKS) == 1
    provider.set(answers={})

    with pytest.raises(Unavailable):
        await find(trusting, "rsa-1")
    clock.now += COOL_DOWN_SECONDS

    assert (await find(trusting, "rsa-1")).kid == "rsa-1"


async def test_who_gives_up_waiting_leaves_the_fetch_to_the_others(
    provider: TestProvider, trusting: Provider
) -> None:
    provider.set(answers={JWKS: served(GOOD) | {"delay": 0.5}})
    impatient = asyncio.create_task(find(trusting, "good"))
    await asyncio.sleep(0.1)
    patient = asyncio.create_task(find(trusting, "good"))
    await asyncio.sleep(0.1)

    impatient.cancel()

    assert (await patient).kid == "good"
    assert provider.count(JWKS) == 1


async def test_the_discovery_document_is_kept_for_an_hour(
    provider: TestProvider, trusting: Provider, clock: Clock
) -> None:
    for _ in range(3):
        await trusting.discover()
        clock.now += DISCOVERY_SECONDS / 3
    assert provider.count(DISCOVERY) == 1
    await trusting.discover()
    assert provider.count(DISCOVERY) == 2


UNUSABLE: dict[str, Any] = {
    "HMAC": {"kty": "oct", "k": "AAAA", "kid": "bad", "alg": "HS256"},
    "RSA under the name of HMAC": GOOD | {"kid": "bad", "alg": "HS256"},
    "RSA under the name of EC": GOOD | {"kid": "bad", "alg": "ES256"},
    "RSA with another padding": GOOD | {"kid": "bad", "alg": "PS256"},
    "a private member": GOOD | {"kid": "bad", "d": "AQAB"},
    "a private member of EC": CURVE | {"kid": "bad", "d": "AQAB"},
    "RSA of 1024 bits": WEAK | {"kid": "bad"},
    "RSA of 16384 bits": GOOD | {"kid": "bad", "n": GOOD["n"] * 8},
    "an even exponent": GOOD | {"kid": "bad", "e": "AAAC"},
    "exponent 1": GOOD | {"kid": "bad", "e": "AQ"},
    "an exponent as long as the modulus": GOOD | {"kid": "bad", "e": GOOD["n"]},
    "no modulus": {"kty": "RSA", "e": "AQAB", "kid": "bad"},
    "a modulus that is a number": GOOD | {"kid": "bad", "n": 7},
    "a modulus of another alphabet": GOOD | {"kid": "bad", "n": "\u00e9" * 400},
    "for encryption": GOOD | {"kid": "bad", "use": "enc"},
    "for signing only": GOOD | {"kid": "bad", "key_ops": ["sign"]},
    "operations that are none": GOOD | {"kid": "bad", "key_ops": 7},
    "no point of the curve": CURVE | {"kid": "bad", "x": CURVE["y"]},
    "coordinates too long": CURVE | {"kid": "bad", "x": CURVE["x"] * 3},
    "another curve": CURVE | {"kid": "bad", "crv": "P-384"},
    "a curve that is a list": CURVE | {"kid": "bad", "crv": []},
    "an algorithm that is a list": GOOD | {"kid": "bad", "alg": []},
    "a type that is a list": GOOD | {"kid": "bad", "kty": []},
    "a name with a line break": GOOD | {"kid": "bad\n"},
    "no name": {k: v for k, v in GOOD.items() if k != "kid"},
    "a name that is a list": GOOD | {"kid": ["bad"]},
    "no object": 7,
    "null": None,
}


@pytest.mark.parametrize("member", UNUSABLE.values(), ids=list(UNUSABLE))
async def test_a_key_that_must_not_be_used_is_passed_over(
    member: Any, provider: TestProvider, trusting: Provider
) -> None:
    provider.set(answers={JWKS: served(GOOD, member, CURVE)})

    assert (await find(trusting, "good")).algorithm is Algorithm.RS256
    assert (await find(trusting, "curve")).algorithm is Algorithm.ES256
    with pytest.raises(UnknownKeyError):
        await find(trusting, "bad")


async def test_of_two_keys_under_one_name_neither_is_used(
    provider: TestProvider, trusting: Provider
) -> None:
    provider.set(answers={JWKS: served(GOOD, CURVE | {"kid": "good"}, CURVE)})

    assert (await find(trusting, "curve")).algorithm is Algorithm.ES256
    with pytest.raises(UnknownKeyError):
        await find(trusting, "good")


async def test_a_key_need_not_say_what_it_is_for(
    provider: TestProvider, trusting: Provider
) -> None:
    bare = {k: v for k, v in GOOD.items() if k not in ("alg", "use")} | {"x5c": ["AA"], "x5t": "A"}
    provider.set(answers={JWKS: served(bare, CURVE | {"key_ops": ["verify"]})})

    assert (await find(trusting, "good")).algorithm is Algorithm.RS256
    assert (await find(trusting, "curve")).algorithm is Algorithm.ES256


HOSTILE: dict[str, Json] = {
    "HTML": {"body": "<html>"},
    "no keys": {"body": "{}"},
    "keys that are no list": {"body": '{"keys": {}}'},
    "an empty list": served(),
    "only unusable ones": served(*UNUSABLE.values()),
    "10,000 keys": {"body": json.dumps({"keys": [{}] * 10_000})},
    "10,000 large keys": served(*[GOOD] * 10_000),
    "huge": {"body": served(GOOD)["body"] + " " * 70_000},
    "deep": {"body": '{"keys": ' + "[" * 60_000},
    "a redirect to good ones": {"status": 302, "headers": {"location": "/elsewhere"}},
    "a redirect with good ones in it": served(GOOD) | {"status": 307},
    "an error with good ones in it": served(GOOD) | {"status": 500},
    "slow": served(GOOD) | {"delay": 20},
    "drop by drop": served(GOOD) | {"drip": 0.05},
    "packed": served(GOOD) | {"headers": {"content-encoding": "br"}, "body": "\u0000"},
}


@pytest.mark.parametrize("answer", HOSTILE.values(), ids=list(HOSTILE))
async def test_a_hostile_key_set_is_unavailable_and_takes_no_longer_than_three_seconds(
    answer: Json, provider: TestProvider, trusting: Provider
) -> None:
    provider.set(answers={JWKS: answer, "/elsewhere": served(GOOD)})

    async with asyncio.timeout(4):
        with pytest.raises(Unavailable):
            await find(trusting, "good")

    assert provider.count("/elsewhere") == 0


@pytest.mark.parametrize("answer", HOSTILE.values(), ids=list(HOSTILE))
async def test_a_hostile_key_set_takes_nothing_from_the_good_one_before_it(
    answer: Json, provider: TestProvider, trusting: Provider, clock: Clock
) -> None:
    provider.set(answers={JWKS: served(GOOD)})
    await find(trusting, "good")
    provider.set(answers={JWKS: answer})
    clock.now += LIFETIME_SECONDS

    assert (await find(trusting, "good")).kid == "good"


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": "https://evil.example/"},
        {"issuer": None},
        {"jwks_uri": None},
        {"jwks_uri": "http://keys.example/jwks"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": "http://127.0.0.1@keys.example/"},
        {"jwks_uri": "https://user@keys.example/"},
        {"jwks_uri": "//"},
        {"jwks_uri": "https://[::1/"},
        {"jwks_uri": "https://127.0.0.1:65536/"},
        {"jwks_uri": "https://xn--/"},
        {"jwks_uri": 7},
        {"token_endpoint": "http://tokens.example/"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"end_session_endpoint": "http://out.example/"},
        {"userinfo_endpoint": ["x"]},
    ],
    ids=str,
)
async def test_a_discovery_document_that_leads_astray_is_not_followed(
    changes: Json, provider: TestProvider, trusting: Provider
) -> None:
    provider.set(discovery=changes)

    with pytest.raises(Unavailable):
        await trusting.discover()
    assert provider.count(JWKS) == 0


async def test_an_issuer_without_its_slash_is_another_one(
    provider: TestProvider, settings: Settings
) -> None:
    nearly = load_provider(provider.settings(settings, oidc_issuer=provider.issuer[:-1]))
    assert nearly is not None

    with pytest.raises(Unavailable):
        await nearly.discover()

    assert provider.count(DISCOVERY) == 1


@pytest.mark.parametrize(
    "over",
    [
        {"token_issuer": "https://issuer.example/", "oidc_issuer": "https://issuer.example/"},
        {"oidc_audience": "client", "oidc_client_id": "client"},
    ],
)
def test_settings_by_which_tokens_could_be_taken_for_others_keep_it_from_starting(
    over: Json, provider: TestProvider, settings: Settings
) -> None:
    with pytest.raises(StartRefusedError):
        load_provider(provider.settings(settings, **over))


def test_without_an_issuer_there_is_no_provider(settings: Settings) -> None:
    assert load_provider(settings) is None
