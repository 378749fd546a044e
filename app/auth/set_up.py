"""What telling who calls needs of the process, put together once as it starts."""

from starlette.datastructures import State

from app.auth.api_keys import ApiKeys
from app.auth.authenticator import Authenticator
from app.auth.caller import CallerCache
from app.auth.claims import own_rules
from app.auth.csrf import CsrfProtection
from app.auth.identities import LinkedUsers
from app.auth.keys import OwnKeys, jwks_document, load_signing_key
from app.auth.provider import load_provider
from app.auth.session_cookie import SessionCookie
from app.auth.session_rules import session_limits
from app.auth.sessions import Sessions
from app.auth.tokens import Issuer, TokenIssuer, TokenVerifier
from app.core.config import Settings
from app.core.sealing import load_key_ring
from app.core.secret_keys import load_secret_keys


def set_up_authentication(state: State, settings: Settings) -> None:
    """Load the keys, and make what verifies credentials; the database is connected to already.

    Raises:
        ValueError: A key cannot be used.
    """
    key, rules = load_signing_key(settings), own_rules(settings)
    state.jwks = jwks_document(key.verification_key)
    state.key_ring, state.secret_keys = load_key_ring(settings), load_secret_keys(settings)
    state.session_cookie = SessionCookie.of(settings)
    state.csrf = CsrfProtection(state.secret_keys, frozenset(settings.cors_origins))
    state.token_issuer = TokenIssuer(rules, key)
    state.provider = load_provider(settings)
    issuers = [Issuer(rules, OwnKeys(key.verification_key))]
    if state.provider is not None and settings.oidc_audience is not None:
        issuers.append(state.provider.tokens_for(settings.oidc_audience))
    callers = CallerCache(state.engine)
    state.authenticator = Authenticator(
        verifier=TokenVerifier(*issuers),
        callers=callers,
        linked_users=LinkedUsers(state.engine),
        api_keys=ApiKeys(state.engine, state.secret_keys, callers),
        sessions=Sessions(state.engine, callers, session_limits(settings)),
    )
