"""Logging in at the provider: Authorization Code with PKCE, there and back."""

from dataclasses import dataclass

import httpx
import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from app.audit.record import Action, record_event
from app.auth.id_tokens import ProviderAccount
from app.auth.provider import Provider
from app.core.database import unscoped_transaction
from app.core.errors import Forbidden, Unauthorized, Unavailable
from app.identity.oidc.accounts import Accounts, NotLetIn
from app.identity.oidc.exchange import read_account
from app.identity.oidc.pending import PendingLogin

_OUT_OF_ORDER = frozenset({"server_error", "temporarily_unavailable"})

logger = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ProviderAnswer:
    """What the provider sends a browser back with (RFC 6749, section 4.1.2; RFC 9207)."""

    code: str | None
    state: str | None
    error: str | None
    iss: str | None


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who has come back from the provider, and may come in.

    Attributes:
        user_id: Who it is.
        provider_session: What the provider calls this login.
        return_to: The path to go on to.
    """

    user_id: int
    provider_session: str | None
    return_to: str


@dataclass(frozen=True, slots=True)
class ProviderLogin:
    """What logging in at the provider needs of the process."""

    engine: AsyncEngine
    provider: Provider
    accounts: Accounts
    scopes: str

    async def address_for(self, pending: PendingLogin, redirect_uri: str) -> str:
        """Where to send the browser.

        Raises:
            Unavailable: The provider cannot be reached.
        """
        discovery = await self.provider.discover()
        parameters = {
            "response_type": "code",
            "client_id": self.provider.client_id,
            "redirect_uri": redirect_uri,
            "scope": self.scopes,
            "state": pending.state,
            "nonce": pending.nonce,
            "code_challenge": pending.challenge,
            "code_challenge_method": "S256",
        }
        return str(httpx.URL(discovery.authorization_endpoint).copy_merge_params(parameters))

    async def receive(
        self, answer: ProviderAnswer, pending: PendingLogin | None, redirect_uri: str
    ) -> Arrival:
        """Tell who has come back.

        Raises:
            Unauthorized: The answer is none to a login that this browser has begun.
            Forbidden: The provider does not let them in, or we do not.
            Unavailable: The provider cannot be reached.
        """
        try:
            if pending is None or not pending.is_answered_by(answer.state):
                raise Unauthorized("This login was begun elsewhere, or too long ago; log in again")
            account = await self._account(answer, pending, redirect_uri)
            user_id = await self.accounts.require_user(account)
        except (Unauthorized, Forbidden) as refusal:
            user = refusal.user_id if isinstance(refusal, NotLetIn) else None
            async with unscoped_transaction(self.engine) as session:
                record_event(session, Action.LOGIN_FAILED, actor_id=user)
            raise
        return Arrival(user_id, account.session, pending.return_to)

    async def _account(
        self, answer: ProviderAnswer, pending: PendingLogin, redirect_uri: str
    ) -> ProviderAccount:
        discovery = await self.provider.discover()
        must_name_itself = discovery.authorization_response_iss_parameter_supported
        if answer.iss != self.provider.issuer and (must_name_itself or answer.iss is not None):
            raise Unauthorized("The answer comes from another provider")
        if answer.error in _OUT_OF_ORDER:
            raise Unavailable("The provider of single sign-on is out of order")
        if answer.error is not None or answer.code is None:
            raise Forbidden("The provider has not let you in")
        return await read_account(
            self.provider, pending, code=answer.code, redirect_uri=redirect_uri
        )
