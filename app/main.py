"""The web process."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from sqlalchemy.exc import DBAPIError

from app.audit_events.router import router as audit_events_router
from app.auth.passwords import PasswordHasher
from app.auth.session_cookie import SessionCookie
from app.auth.set_up import set_up_authentication
from app.core.cache import create_cache
from app.core.config import Settings, get_settings
from app.core.database import create_app_engine
from app.core.direct_pool import DirectPool
from app.core.errors import Forbidden
from app.core.http.error_handlers import install_error_handlers
from app.core.http.middleware import add_middleware
from app.core.http.routing import serve
from app.core.log_batches import log_in_batches
from app.core.logging import configure_logging
from app.core.query_log import log_queries
from app.core.queue import JobQueue
from app.core.rate_limit.classes import rates
from app.core.rate_limit.limiter import RateLimiter
from app.core.redis import create_redis
from app.core.storage import create_storage
from app.health.router import router as health_router
from app.identity.routers import IDENTITY_ROUTERS
from app.identity.set_up import set_up_identity
from app.identity.well_known import router as well_known_router
from app.imports.router import router as imports_router
from app.interactions.foreign import answer_missing_interaction
from app.interactions.history_router import router as history_router
from app.interactions.repository import InteractionNotFound
from app.interactions.router import router as interactions_router
from app.interactions.search_router import router as search_router
from app.jobs.router import router as jobs_router
from app.openapi.document import describe
from app.operations.batch_router import router as batch_router
from app.operations.router import router as operations_router
from app.operations.upsert_router import router as upsert_router
from app.privacy.router import router as privacy_router
from app.reports.router import router as reports_router
from app.reports.schedules.router import router as report_schedules_router
from app.retention.router import router as retention_router
from app.saved_searches.router import router as saved_searches_router
from app.schema.guard import require_safe_role
from app.sites.member_router import router as members_router
from app.sites.router import router as sites_router
from app.statistics.router import router as statistics_router
from app.tenancy.denials import answer_refusal
from app.users.router import router as users_router
from app.web.account import mount_account
from app.web.docs import mount_docs

FORM_BYTES = 2**20
OPENAPI_URL = "/api/openapi.json"

# Routes are tried one after the other, so those that are asked most come first.
ROUTERS = (
    interactions_router,
    search_router,
    history_router,
    *IDENTITY_ROUTERS,
    sites_router,
    members_router,
    retention_router,
    users_router,
    statistics_router,
    saved_searches_router,
    reports_router,
    report_schedules_router,
    privacy_router,
    audit_events_router,
    imports_router,
    operations_router,
    batch_router,
    upsert_router,
    jobs_router,
    health_router,
    well_known_router,
)


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
        # FastAPI would look for each request whether somebody has set these up.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.settings = settings
    app.state.passwords = passwords or PasswordHasher()
    serve(app, ROUTERS)
    install_error_handlers(app)
    app.add_exception_handler(InteractionNotFound, answer_missing_interaction)
    for refusal in (Forbidden, DBAPIError):
        app.add_exception_handler(refusal, answer_refusal)
    add_middleware(app, settings, larger_bodies=_larger_bodies(settings))
    describe(app)
    mount_account(app)
    if settings.docs_enabled:
        mount_docs(
            app,
            openapi_url=OPENAPI_URL,
            session_cookie=SessionCookie.of(settings).name,
            has_single_sign_on=settings.oidc_issuer is not None,
        )
    return app


def create_lasting_app() -> FastAPI:
    """The application of a process that serves nothing else, until it ends.

    What there is once it has started stays. To look through that for garbage, again and again,
    took an eighth of the time of a request.
    """
    app = create_app()
    started = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with started(app), log_in_batches():
            gc.collect()
            gc.freeze()
            yield

    app.router.lifespan_context = lifespan
    return app


def _larger_bodies(settings: Settings) -> dict[str, int]:
    """Where files are sent: with the fields of a form around them."""
    most = settings.import_max_bytes + FORM_BYTES
    return {"/api/v1/imports": most, "/api/imports": most}


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Connect, refuse a database that would not keep sites apart, and let go in the end."""
    settings: Settings = app.state.settings
    configure_logging(settings)
    app.openapi()  # an operation without an entry in the table of roles ends it here
    engine = create_app_engine(settings, pool_size=settings.database_pool_size)
    log_queries(engine, slow_ms=settings.slow_query_ms, debug=settings.debug)
    redis = create_redis(settings)
    direct_pool = DirectPool(settings)
    try:
        await direct_pool.open()
        await require_safe_role(engine)
        app.state.engine, app.state.redis, app.state.direct_pool = engine, redis, direct_pool
        app.state.jobs = JobQueue(redis)
        app.state.storage = create_storage(settings)
        app.state.cache = create_cache(redis, settings)
        app.state.rate_limiter = RateLimiter(redis, rates(settings))
        set_up_authentication(app.state, settings)
        set_up_identity(app.state, settings)
        yield
    finally:
        app.state.passwords.close()
        await redis.aclose()
        await direct_pool.close()
        await engine.dispose()
