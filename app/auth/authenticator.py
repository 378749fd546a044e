"""From what a request shows to who calls."""

from collections.abc import Sequence

from app.auth.api_keys import ApiKeys
from app.auth.authentication import Authentication, Credential
from app.auth.caller import CallerCache
from app.auth.claims import Claims
from app.auth.identities import LinkedUsers
from app.auth.sessions import Sessions
from app.auth.token_cache import TokenCache
from app.auth.tokens import TokenVerifier
from app.core.errors import BadRequest, InvalidToken, Unauthorized

API_KEY_PREFIX = "ims_"


class Authenticator:
    """Verifies whichever credential a request shows; there has to be exactly one.

    A token that was good is not verified again for a while.
    """

    def __init__(
        self,
        *,
        verifier: TokenVerifier,
        callers: CallerCache,
        linked_users: LinkedUsers,
        api_keys: ApiKeys,
        sessions: Sessions,
    ) -> None:
        self._verifier = verifier
        self._tokens = TokenCache()
        self._linked_users = linked_users
        self._api_keys = api_keys
        self._sessions = sessions
        self.callers = callers

    async def authenticate(
        self, authorization: Sequence[str], session_cookie: str | None = None
    ) -> Authentication:
        """Tell who calls.

        Args:
            authorization: The values of all Authorization headers of the request.
            session_cookie: The value of the session cookie.

        Raises:
            BadRequest: Both are there.
            Unauthorized: None, several, or one that is no good.
            TokenExpired: It was good once.
            Unavailable: The provider's keys cannot be had now.
        """
        if session_cookie is None:
            return await self._of_bearer(_bearer_token(authorization))
        if authorization:
            raise BadRequest("Send an Authorization header or a session cookie, not both")
        return await self._sessions.authenticate(session_cookie)

    async def _of_bearer(self, token: str) -> Authentication:
        if token.startswith(API_KEY_PREFIX):
            return await self._api_keys.authenticate(token)
        claims = await self._claims(token)
        if claims.login_id is not None:
            user_id, credential = int(claims.subject), Credential.TOKEN
        else:
            user_id = await self._linked_users.require(claims.issuer, claims.subject)
            credential = Credential.PROVIDER_TOKEN
        caller = await self.callers.get(user_id, claims.login_id)
        if caller is None:
            raise InvalidToken("This login is over; log in again")
        return Authentication(caller, credential, site_ids=claims.site_ids)

    async def _claims(self, token: str) -> Claims:
        claims = self._tokens.get(token)
        if claims is None:
            claims = await self._verifier.verify(token)
            self._tokens.put(token, claims)
        return claims


def _bearer_token(authorization: Sequence[str]) -> str:
    if len(authorization) != 1:
        raise Unauthorized
    scheme, _, token = authorization[0].partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthorized
    return token
