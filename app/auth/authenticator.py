"""From an Authorization header to the caller."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.auth.caller import Caller, CallerCache
from app.auth.claims import Claims
from app.auth.token_cache import TokenCache
from app.auth.tokens import TokenVerifier
from app.core.errors import InvalidToken, Unauthorized


@dataclass(frozen=True, slots=True)
class Authentication:
    """Who calls, and the sites that the token itself narrows the call to (None: all)."""

    caller: Caller
    token_site_ids: frozenset[int] | None


class Authenticator:
    """Verifies bearer tokens; a token that was good is not verified again for a while."""

    def __init__(self, verifier: TokenVerifier, callers: CallerCache) -> None:
        self._verifier = verifier
        self._tokens = TokenCache()
        self.callers = callers

    async def authenticate(self, authorization: Sequence[str]) -> Authentication:
        """Tell who calls.

        Args:
            authorization: The values of all Authorization headers of the request.

        Raises:
            Unauthorized: None, several, or one that is no good.
            TokenExpired: It was good once.
        """
        claims = await self._claims(_bearer_token(authorization))
        caller = await self.callers.get(claims.user_id, claims.family_id)
        if caller is None:
            raise InvalidToken("This login is over; log in again")
        return Authentication(caller=caller, token_site_ids=claims.site_ids)

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
