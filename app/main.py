"""The web process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from sqlalchemy import make_url

from app.auth.authenticator import Authenticator
from app.auth.caller import CallerCache
from app.auth.claims import own_rules
from app.auth.keys import OwnKeys, jwks_document, load_signing_key
from app.auth.passwords import PasswordHasher
from app.auth.tokens import TokenIssuer, TokenVerifier
from app.core.config import Settings, get_settings
from app.core.database import create_engine
from app.core.http.error_handlers import install_error_handlers
from app.core.http.middleware import add_middleware
from app.core.http.routing import Router
from app.core.logging import configure_logging
from app.core.query_log import log_queries
from app.core.redis import create_redis
from app.health.router import router as health_router
from app.identity.login import LoginService
from app.identity.router import router as identity_router
from app.identity.well_known import router as well_known_router
from app.interactions.foreign import answer_missing_interaction
from app.interactions.repository import InteractionNotFound
from app.interactions.router import router as interactions_router
from app.openapi import describe
from app.schema.guard import require_safe_role
from app.sites.member_router import router as members_router
from app.sites.router import router as sites_router
from app.users.router import router as users_router
from app.web.docs import mount_docs

OPENAPI_URL = "/api/openapi.json"


def create_app(
    settings: Settings | None = None, *, passwords: PasswordHasher | None = None
) -> FastAPI:
    """Put the application together; it connects to nothing before it is started.

    Args:
        settings: Read from the environment when left out.
        passwords: How passwords are hashed; the tests pass a cheaper way.
    """
    settings = settings or get_settings()
    app = FastAPI(
        lifespan=_lifespan,
        openapi_url=OPENAPI_URL if settings.docs_enabled else None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.settings = settings
    app.state.passwords = passwords or PasswordHasher()
    for router in (health_router, well_known_router):
        app.include_router(router)
    app.include_router(_version_1())
    install_error_handlers(app)
    app.add_exception_handler(InteractionNotFound, answer_missing_interaction)
    add_middleware(app, settings)
    describe(app)
    if settings.docs_enabled:
        mount_docs(app, openapi_url=OPENAPI_URL)
    return app


def _version_1() -> Router:
    version_1 = Router(prefix="/api/v1")
    for router in (
        identity_router,
        sites_router,
        members_router,
        users_router,
        interactions_router,
    ):
        version_1.include_router(router)
    return version_1


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Connect, refuse a database that would not keep sites apart, and let go in the end."""
    settings: Settings = app.state.settings
    configure_logging(settings)
    app.openapi()  # an operation without an entry in the table of roles ends it here
    engine = create_engine(
        make_url(settings.required_database_url), pool_size=settings.database_pool_size
    )
    log_queries(engine, slow_ms=settings.slow_query_ms, debug=settings.debug)
    redis = create_redis(settings.required_redis_url)
    try:
        await require_safe_role(engine)
        app.state.engine, app.state.redis = engine, redis
        _set_up_authentication(app, settings)
        yield
    finally:
        app.state.passwords.close()
        await redis.aclose()
        await engine.dispose()


def _set_up_authentication(app: FastAPI, settings: Settings) -> None:
    state = app.state
    key = load_signing_key(settings)
    rules = own_rules(settings)
    callers = CallerCache(state.engine)
    state.jwks = jwks_document(key.verification_key)
    state.authenticator = Authenticator(
        TokenVerifier(rules, OwnKeys(key.verification_key)), callers
    )
    state.login_service = LoginService(
        engine=state.engine,
        passwords=state.passwords,
        issuer=TokenIssuer(rules, key),
        callers=callers,
    )
