"""Logging out at the provider too (OpenID Connect RP-Initiated Logout 1.0)."""

from dataclasses import dataclass

import httpx
from sqlalchemy.ext.asyncio import AsyncEngine

from app.auth.caller import Caller
from app.auth.provider import Provider
from app.core.database import unscoped_transaction
from app.core.errors import Unavailable
from app.core.vocabulary import LoginMethod
from app.identity.oidc.repository import find_provider_session


@dataclass(frozen=True, slots=True)
class ProviderLogout:
    """What logging out at the provider needs of the process."""

    engine: AsyncEngine
    provider: Provider | None

    async def address_for(self, caller: Caller, *, return_to: str) -> str | None:
        """Where a browser has to go to be logged out there; None when there is no such place."""
        if self.provider is None or caller.login_method is not LoginMethod.PROVIDER:
            return None
        try:
            endpoint = (await self.provider.discover()).end_session_endpoint
        except Unavailable:  # here the session is over all the same
            return None
        if endpoint is None or caller.login_id is None:
            return None
        async with unscoped_transaction(self.engine) as session:
            name = await find_provider_session(session, caller.login_id)
        parameters = {
            "client_id": self.provider.client_id,
            "post_logout_redirect_uri": return_to,
        } | ({"logout_hint": name} if name else {})
        return str(httpx.URL(endpoint).copy_merge_params(parameters))
