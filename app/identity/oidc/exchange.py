"""What is asked of the provider when somebody comes back from it."""

import re
from base64 import b64encode
from dataclasses import replace
from urllib.parse import quote_plus

import structlog

from app.auth.id_tokens import ProviderAccount, verify_id_token
from app.auth.provider import Discovery, Provider
from app.auth.provider_client import ProviderError
from app.auth.refusals import TokenRefusedError
from app.core.errors import Unauthorized, Unavailable
from app.identity.oidc.pending import PendingLogin

_ERROR = re.compile(r"[a-z_]{1,40}")

logger = structlog.get_logger()


async def read_account(
    provider: Provider, pending: PendingLogin, *, code: str, redirect_uri: str
) -> ProviderAccount:
    """Exchange a code for the account that it stands for.

    Raises:
        Unauthorized: The code is not good, or the ID token is not.
        Unavailable: The provider cannot be reached, or answers with nonsense.
    """
    discovery = await provider.discover()
    try:
        tokens = await _exchange(provider, discovery, pending, code=code, redirect_uri=redirect_uri)
        account = await verify_id_token(
            _required(tokens, "id_token"),
            provider.tokens_for(provider.client_id),
            nonce=pending.nonce,
        )
        if account.email is None and discovery.userinfo_endpoint is not None:
            token = _required(tokens, "access_token")
            members = await provider.client.get(discovery.userinfo_endpoint, token=token)
            return _completed(account, members)
    except ProviderError as error:
        logger.warning("provider_unreachable", reason=str(error)[:200])
        raise Unavailable("The provider of single sign-on does not answer as it should") from None
    return account


async def _exchange(
    provider: Provider,
    discovery: Discovery,
    pending: PendingLogin,
    *,
    code: str,
    redirect_uri: str,
) -> dict[str, object]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": pending.verifier,
    }
    proof, authorization = _proof_of_client(provider, discovery)
    status, members = await provider.client.post(
        discovery.token_endpoint, form | proof, authorization=authorization
    )
    if status == 200:
        return members
    named = members.get("error")
    error = named if isinstance(named, str) and _ERROR.fullmatch(named) else "unnamed"
    if error == "invalid_grant":
        raise Unauthorized("The provider does not know this login any more; log in again")
    raise ProviderError(f"the token endpoint answered {status} {error}")


def _proof_of_client(provider: Provider, discovery: Discovery) -> tuple[dict[str, str], str | None]:
    """How we show who we are: fields of the form, and a header (RFC 6749, section 2.3.1)."""
    client_id = provider.client_id
    if provider.client_secret is None:
        return {"client_id": client_id}, None
    secret = provider.client_secret.get_secret_value()
    if "client_secret_basic" in discovery.token_endpoint_auth_methods_supported:
        pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"
        return {}, f"Basic {b64encode(pair.encode()).decode()}"
    return {"client_id": client_id, "client_secret": secret}, None


def _completed(account: ProviderAccount, members: dict[str, object]) -> ProviderAccount:
    """The account with what userinfo says of it (OpenID Connect Core 1.0, section 5.3)."""
    try:
        told = ProviderAccount.of(members)
    except TokenRefusedError:
        raise ProviderError("userinfo has no subject") from None
    if told.subject != account.subject:
        raise Unauthorized("The provider tells of another person than the one who logged in")
    return replace(told, name=told.name or account.name, session=account.session)


def _required(members: dict[str, object], name: str) -> str:
    value = members.get(name)
    if not isinstance(value, str):
        raise ProviderError(f"the token endpoint answered without {name}")
    return value
