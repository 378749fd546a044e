"""The provider of single sign-on, when the settings name one."""

from email.utils import parsedate_to_datetime

import httpx

from app.auth.jwks import read_jwks
from app.auth.provider import load_provider
from app.auth.provider_client import SECONDS, ProviderError
from app.core.config import StartRefusedError
from app.core.tls import tls_context
from app.doctor.clocks import judge_clocks, seconds_apart
from app.doctor.deployment import Deployment
from app.doctor.finding import Finding, ok, wrong

_NONE = "OIDC_ISSUER is not set: there is none"


async def check_provider(deployment: Deployment) -> Finding:
    """Whether it answers, is who the settings say, and has addresses and keys to be used."""
    try:
        provider = load_provider(deployment.settings)
        if provider is None:
            return ok(_NONE)
        discovery = await provider.fetch_discovery()
        keys = read_jwks(await provider.client.get(discovery.jwks_uri))
    except (ProviderError, StartRefusedError) as error:
        return wrong(
            str(error), "Compare OIDC_ISSUER with what it calls itself, and reach it from here"
        )
    return ok(f"{provider.issuer} answers, with {len(keys)} keys that can be used")


async def check_provider_tokens(deployment: Deployment) -> Finding:
    """Tell whether programs may call with the provider's own access tokens."""
    settings = deployment.settings
    if settings.oidc_issuer is None:
        return ok(_NONE)
    if settings.oidc_audience is None:
        return ok("OIDC_AUDIENCE is not set: people log in by it, its access tokens are refused")
    return ok(f"its access tokens for {settings.oidc_audience} are accepted")


async def check_provider_clock(deployment: Deployment) -> Finding:
    """This machine's clock against the provider's, which the tokens' times come from."""
    settings = deployment.settings
    provider = load_provider(settings)
    if provider is None:
        return ok(_NONE)
    provider.client.check_address(provider.issuer)

    async def ask() -> float:
        async with httpx.AsyncClient(
            verify=tls_context(settings), trust_env=False, timeout=SECONDS
        ) as client:
            # Whatever the status: only the header is looked at.
            date = (await client.head(provider.issuer)).headers["Date"]
        return parsedate_to_datetime(date).timestamp() + 0.5  # it is in whole seconds

    return judge_clocks(await seconds_apart(ask))
