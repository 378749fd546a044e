"""Access tokens: good ones are read, all others refused without another word."""

import json
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jose
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jose import backends
from structlog.testing import capture_logs

from app.auth.claims import Claims, own_rules
from app.auth.keys import Algorithm, OwnKeys, SigningKey, VerificationKey, load_signing_key
from app.auth.refusals import Reason
from app.auth.tokens import (
    Issuer,
    TokenIssuer,
    TokenVerifier,
    check_token_library,
)
from app.core.config import Settings
from app.core.errors import InvalidToken, TokenExpired, Unavailable
from tests.auth.attacks import ATTACKS, Attack
from tests.auth.forge import (
    EC_KEY,
    EXPIRES,
    KEYS,
    KID,
    LOGIN,
    NOW,
    RSA_KEY,
    RULES,
    PrivateKey,
    claims,
    encode,
    header,
    token,
    token_with_header,
)

VERIFIER = TokenVerifier(Issuer(RULES, KEYS), clock=lambda: NOW)


@pytest.mark.parametrize(("reason", "attack"), ATTACKS.values(), ids=list(ATTACKS))
async def test_an_attack_is_refused_and_its_reason_only_logged(
    reason: Reason, attack: Attack
) -> None:
    hostile: Any = attack()

    with capture_logs() as logs, pytest.raises(InvalidToken) as refusal:
        await VERIFIER.verify(hostile)

    assert [(entry["event"], entry["reason"]) for entry in logs] == [("token_refused", reason)]
    expected = TokenExpired if reason is Reason.EXPIRED else InvalidToken
    assert type(refusal.value) is expected
    assert refusal.value.details is None
    assert refusal.value.text == expected.message or "valid" in refusal.value.text


def test_every_reason_of_access_tokens_but_the_production_one_has_an_attack() -> None:
    assert {reason for reason, _ in ATTACKS.values()} == set(Reason) - {
        Reason.DEVELOPMENT_KEY,
        Reason.NONCE,  # these two are of ID tokens
        Reason.AUTHORIZED_PARTY,
    }


@pytest.mark.parametrize(
    "good",
    [
        pytest.param(lambda: token(), id="RS256"),
        pytest.param(lambda: token(key=EC_KEY, alg="ES256", kid="ec"), id="ES256"),
        pytest.param(lambda: token(typ="JWT"), id="typ JWT"),
        pytest.param(lambda: token(typ="application/at+jwt"), id="typ in full"),
        pytest.param(lambda: token(claims(aud=["x", RULES.audience])), id="audience list"),
        pytest.param(lambda: token(claims(nbf=NOW)), id="nbf"),
        pytest.param(lambda: token(claims(iat=NOW + 20)), id="issuer's clock is ahead"),
        pytest.param(lambda: token(claims(name="Zoë", x=[1.5, None])), id="other claims"),
        pytest.param(lambda: token(claims(exp=float(EXPIRES))), id="fraction"),
        pytest.param(
            lambda: token_with_header(json.dumps(header(x5t="AA") | {"x5t#S256": "AA"}).encode()),
            id="hints of which key it is",
        ),
    ],
)
async def test_a_good_token_is_read(good: Attack) -> None:
    hopeful: Any = good()

    assert await VERIFIER.verify(hopeful) == Claims(
        RULES.issuer, "7", login_id=LOGIN, expires_at=datetime.fromtimestamp(EXPIRES, UTC)
    )


async def test_a_token_is_good_for_29_seconds_more() -> None:
    read = await VERIFIER.verify(token(claims(iat=NOW - 600, exp=NOW - 29)))

    assert read.subject == "7"


@pytest.mark.parametrize("site_ids", [[], [2], [2, 3, 3, 2**31 - 1]])
async def test_the_site_ids_of_a_token_are_read(site_ids: list[int]) -> None:
    read = await VERIFIER.verify(token(claims(site_ids=site_ids)))

    assert read.site_ids == frozenset(site_ids)


@pytest.mark.parametrize(("algorithm", "key"), [("RS256", RSA_KEY), ("ES256", EC_KEY)])
async def test_an_issued_token_verifies_for_half_an_hour(algorithm: str, key: PrivateKey) -> None:
    signing_key = SigningKey(algorithm[:2], Algorithm(algorithm), private_key=key)
    clock = [float(NOW)]
    verifier = TokenVerifier(Issuer(RULES, KeySet(signing_key)), clock=lambda: clock[0])
    login = uuid.uuid4()

    issued = TokenIssuer(RULES, signing_key).issue(42, login, datetime.fromtimestamp(NOW, UTC))

    expires = datetime.fromtimestamp(NOW + 30 * 60, UTC)
    assert await verifier.verify(issued) == Claims(
        RULES.issuer, "42", login_id=login, expires_at=expires
    )
    clock[0] += 30 * 60 + 30
    with pytest.raises(TokenExpired):
        await verifier.verify(issued)


async def test_the_settings_say_who_issues_and_for_whom(tmp_path: Path) -> None:
    ours = Settings(_env_file=None, ims_state_dir=tmp_path, token_signing_key=None)
    key = load_signing_key(ours)
    issued = TokenIssuer(own_rules(ours), key).issue(42, LOGIN, datetime.now(UTC))
    others = ours.model_copy(update={"token_audience": "another-service"})

    verified = await TokenVerifier(Issuer(own_rules(ours), KeySet(key))).verify(issued)

    assert (verified.subject, verified.site_ids) == ("42", None)
    with pytest.raises(InvalidToken):
        await TokenVerifier(Issuer(own_rules(others), KeySet(key))).verify(issued)


def test_no_two_issued_tokens_are_the_same() -> None:
    issuer = TokenIssuer(RULES, SigningKey("ec", Algorithm.ES256, private_key=EC_KEY))
    now = datetime.fromtimestamp(NOW, UTC)

    assert issuer.issue(1, LOGIN, now) != issuer.issue(1, LOGIN, now)


async def test_production_refuses_a_generated_key_wherever_it_comes_from() -> None:
    key = SigningKey("dev-ec", Algorithm.ES256, private_key=EC_KEY)
    issued = TokenIssuer(RULES, key).issue(1, LOGIN, datetime.fromtimestamp(NOW, UTC))
    production = replace(RULES, accepts_development_keys=False)

    assert (
        await TokenVerifier(Issuer(RULES, KeySet(key)), clock=lambda: NOW).verify(issued)
    ).subject == "1"
    with capture_logs() as logs, pytest.raises(InvalidToken):
        await TokenVerifier(Issuer(production, KeySet(key)), clock=lambda: NOW).verify(issued)
    assert logs[0]["reason"] == Reason.DEVELOPMENT_KEY


async def test_keys_that_cannot_be_had_are_no_refusal() -> None:
    verifier = TokenVerifier(Issuer(RULES, KeySet(None)))

    with pytest.raises(Unavailable):
        await verifier.verify(token())


@settings(max_examples=300, deadline=None)
@given(hostile=st.text() | st.from_regex(r"[\w-]+\.[\w-]+\.[\w-]+", fullmatch=True))
async def test_no_text_does_more_than_be_refused(hostile: str) -> None:
    with pytest.raises(InvalidToken):
        await VERIFIER.verify(hostile)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@settings(max_examples=300, deadline=None)
@given(name=st.sampled_from(["iss", "aud", "sub", "sid", "iat", "exp", "nbf"]), value=JSON)
async def test_no_claim_of_another_kind_does_more_than_be_refused(name: str, value: Any) -> None:
    hostile = token(claims(**{name: value}), key=EC_KEY, alg="ES256", kid="ec")

    try:
        read = await VERIFIER.verify(hostile)
    except InvalidToken:
        return
    assert read.subject == (value if name == "sub" else "7")


@settings(max_examples=200, deadline=None)
@given(signature=st.binary(min_size=1, max_size=300), kid=st.sampled_from([KID, "ec"]))
async def test_no_invented_signature_is_right(signature: bytes, kid: str) -> None:
    signed = token(kid=kid, alg={KID: "RS256", "ec": "ES256"}[kid]).rsplit(".", 1)[0]

    with pytest.raises(InvalidToken):
        await VERIFIER.verify(f"{signed}.{encode(signature)}")


async def test_a_key_that_does_not_fit_its_algorithm_verifies_nothing() -> None:
    unfit = OwnKeys(VerificationKey(KID, Algorithm.RS256, public_key=EC_KEY.public_key()))

    with pytest.raises(InvalidToken):
        await TokenVerifier(Issuer(RULES, unfit), clock=lambda: NOW).verify(token())


def test_an_old_token_library_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    check_token_library()
    monkeypatch.setattr(jose, "__version__", "3.3.0")

    with pytest.raises(RuntimeError, match="too old"):
        check_token_library()


def test_pure_python_signatures_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backends, "ECKey", object)

    with pytest.raises(RuntimeError, match="cryptography backend"):
        check_token_library()


class KeySet:
    """A key source with one key under any name, or one that is down."""

    def __init__(self, key: SigningKey | None) -> None:
        self._key = key

    async def get(self, kid: str) -> VerificationKey:
        """Answer with the key, whatever its name is."""
        if self._key is None:
            raise Unavailable
        return self._key.verification_key
