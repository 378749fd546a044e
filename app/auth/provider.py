"""The provider of single sign-on: who it is, where to ask it what, and its keys."""

from collections.abc import Callable
from time import monotonic

from pydantic import BaseModel, ConfigDict, ValidationError

from app.auth.claims import TokenRules
from app.auth.fetched import Fetched
from app.auth.jwks import LIFETIME_SECONDS, Keys, ProviderKeys, read_jwks
from app.auth.provider_client import ProviderClient, ProviderError
from app.auth.tokens import Issuer
from app.core.config import Settings, StartRefusedError
from app.core.tls import tls_context

DISCOVERY_SECONDS = 3600.0


class Discovery(BaseModel):
    """What a provider says about itself (OpenID Connect Discovery 1.0, section 3; RFC 9207)."""

    model_config = ConfigDict(strict=True, frozen=True)

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    end_session_endpoint: str | None = None
    token_endpoint_auth_methods_supported: list[str] = ["client_secret_basic"]
    authorization_response_iss_parameter_supported: bool = False

    @property
    def endpoints(self) -> list[str]:
        """All addresses that it names."""
        named = [self.authorization_endpoint, self.token_endpoint, self.jwks_uri]
        return named + [url for url in (self.userinfo_endpoint, self.end_session_endpoint) if url]


class Provider:
    """The provider that the settings name. Nothing is asked of it before it is needed."""

    def __init__(
        self, settings: Settings, issuer: str, *, clock: Callable[[], float] = monotonic
    ) -> None:
        self.issuer = issuer
        self.client_id = settings.oidc_client_id or ""
        self.client_secret = settings.oidc_client_secret
        self.client = ProviderClient(
            tls_context(settings), allows_loopback=not settings.is_production
        )
        self._settings = settings
        self._discovery = Fetched(self.fetch_discovery, lifetime=DISCOVERY_SECONDS, clock=clock)
        self._keys = ProviderKeys(Fetched(self._fetch_keys, lifetime=LIFETIME_SECONDS, clock=clock))

    def tokens_for(self, audience: str) -> Issuer:
        """How its tokens for an audience are verified."""
        rules = TokenRules(
            issuer=self.issuer,
            audience=audience,
            site_ids_claim=self._settings.site_ids_claim,
            accepts_development_keys=not self._settings.is_production,
            is_own=False,
        )
        return Issuer(rules, self._keys)

    async def discover(self) -> Discovery:
        """What it says about itself.

        Raises:
            Unavailable: It cannot be reached, and was not for a day.
        """
        return await self._discovery.get()

    async def fetch_discovery(self) -> Discovery:
        """Ask it what it says about itself, whatever it has said before.

        Raises:
            ProviderError: It cannot be reached, or what it says is of no use.
        """
        # An issuer that ends with a slash, as Auth0's, gets no second one.
        url = self.issuer.removesuffix("/") + "/.well-known/openid-configuration"
        try:
            discovery = Discovery.model_validate(await self.client.get(url))
        except ValidationError as error:
            raise ProviderError("the discovery document lacks something") from error
        if discovery.issuer != self.issuer:
            raise ProviderError("OIDC_ISSUER is not the issuer, to the letter, that it names")
        for endpoint in discovery.endpoints:
            self.client.check_address(endpoint)
        return discovery

    async def _fetch_keys(self) -> Keys:
        discovery = await self.discover()
        return read_jwks(await self.client.get(discovery.jwks_uri))


def load_provider(settings: Settings) -> Provider | None:
    """The provider, if the settings name one.

    Raises:
        StartRefusedError: Its tokens could be taken for others.
    """
    if settings.oidc_issuer is None:
        return None
    if settings.oidc_issuer == settings.token_issuer:
        raise StartRefusedError("OIDC_ISSUER and TOKEN_ISSUER are the same")
    if settings.oidc_audience == settings.oidc_client_id:
        # Whoever was given an ID token, to know who somebody is, could call as that person.
        raise StartRefusedError("OIDC_AUDIENCE and OIDC_CLIENT_ID are the same")
    return Provider(settings, settings.oidc_issuer)
