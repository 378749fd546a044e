"""ID tokens: who has logged in at the provider, told to us and about this login."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from app.auth.id_tokens import ProviderAccount, verify_id_token
from app.auth.refusals import Reason
from app.auth.tokens import Issuer
from app.core.errors import Unauthorized
from tests.auth.attacks import FORM, HEADER, SIGNATURE, Attack
from tests.auth.forge import EC_KEY, KEYS, NOW, RULES, claims, token

PROVIDER = Issuer(replace(RULES, audience="us", is_own=False), KEYS)
NONCE = "n" * 43

# They are of another kind than access tokens, which is for `typ` alone to say.
ATTACKS = {
    name: attack
    for name, attack in (FORM | HEADER | SIGNATURE).items()
    if name not in ("typ missing", "EC signature of zeros", "expired and wrongly signed")
}


def id_token(typ: Any = ..., **changes: Any) -> str:
    """A good ID token but for these claims."""
    good = {"aud": "us", "sub": "auth0|7", "sid": "s", "nonce": NONCE, "email": "e@example.org"}
    return token(claims(**good | changes), key=EC_KEY, alg="ES256", kid="ec", typ=typ)


async def verify(hopeful: Any) -> ProviderAccount:
    return await verify_id_token(hopeful, PROVIDER, nonce=NONCE)


async def test_a_good_id_token_tells_whose_account_it_is() -> None:
    assert await verify(id_token(email_verified=True, name="Zoë")) == ProviderAccount(
        "auth0|7", email="e@example.org", is_email_verified=True, name="Zoë", session="s"
    )


@pytest.mark.parametrize("name", ["email", "name", "sid"])
@pytest.mark.parametrize("value", [7, None, "", [], "a\nb", "\ud800", "x" * 256])
async def test_what_is_no_text_of_a_line_counts_as_not_said(name: str, value: Any) -> None:
    account = await verify(id_token(**{name: value}))

    assert getattr(account, {"sid": "session"}.get(name, name)) is None


@pytest.mark.parametrize("attack", [one for _, one in ATTACKS.values()], ids=list(ATTACKS))
async def test_what_no_access_token_may_be_no_id_token_may_be(attack: Attack) -> None:
    with pytest.raises(Unauthorized):
        await verify(attack())


@pytest.mark.parametrize(
    ("reason", "changes"),
    [
        (Reason.TYPE, {"typ": "at+jwt"}),
        (Reason.TYPE, {"typ": "logout+jwt"}),
        (Reason.TYPE, {"typ": None}),
        (Reason.ISSUER, {"iss": RULES.issuer[:-1]}),
        (Reason.AUDIENCE, {"aud": RULES.audience}),
        (Reason.AUTHORIZED_PARTY, {"aud": ["us", "them"]}),
        (Reason.AUTHORIZED_PARTY, {"azp": "them"}),
        (Reason.NONCE, {"nonce": ...}),
        (Reason.NONCE, {"nonce": NONCE[:-1]}),
        (Reason.NONCE, {"nonce": "\ud800"}),
        (Reason.NONCE, {"nonce": [NONCE]}),
        (Reason.SUBJECT, {"sub": ...}),
        (Reason.NOT_YET_VALID, {"iat": NOW + 10_000}),
        (Reason.EXPIRED, {"iat": NOW - 600, "exp": NOW - 31}),
    ],
)
async def test_an_id_token_that_breaks_a_rule_is_refused_and_why_is_only_logged(
    reason: Reason, changes: dict[str, Any]
) -> None:
    hostile = id_token(**changes)

    with capture_logs() as logs, pytest.raises(Unauthorized) as refusal:
        await verify(hostile)

    assert [(entry["event"], entry["reason"]) for entry in logs] == [("id_token_refused", reason)]
    assert reason.value not in refusal.value.text


JSON = st.none() | st.booleans() | st.floats() | st.text() | st.lists(st.text())


@settings(max_examples=200, deadline=None)
@given(
    name=st.sampled_from(["iss", "aud", "sub", "iat", "exp", "nonce", "azp", "email", "name"]),
    value=JSON,
)
async def test_no_claim_of_another_kind_does_more_than_be_refused(name: str, value: Any) -> None:
    try:
        account = await verify(id_token(**{name: value}))
    except Unauthorized:
        return
    assert account.subject == (value if name == "sub" else "auth0|7")
