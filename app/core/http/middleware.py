"""The layers around the application, in the one order in which they work."""

from collections.abc import Mapping

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from app.core.config import Settings
from app.core.http.answer_headers import AnswerHeadersMiddleware
from app.core.http.body import BodyMiddleware
from app.core.http.deadline import DeadlineMiddleware
from app.core.http.error_handlers import LastResortMiddleware
from app.core.http.head_method import HeadMiddleware
from app.core.http.https_required import HttpsRequiredMiddleware
from app.core.http.rate_limits import AnonymousLimitMiddleware
from app.core.http.request_context import RequestContextMiddleware
from app.core.http.unversioned import UnversionedRedirectMiddleware

PREFLIGHT_SECONDS = 600
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
REQUEST_HEADERS = (
    "Accept",
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "X-CSRF-Token",
    "X-Request-ID",
    "X-Site-ID",
)
EXPOSED_HEADERS = (
    "ETag",
    "Link",
    "Location",
    "Retry-After",
    "X-Request-ID",
    "X-RateLimit-Limit",
    "X-RateLimit-Remaining",
    "X-RateLimit-Reset",
    "RateLimit",
    "RateLimit-Policy",
    "Idempotent-Replayed",
    "Content-Disposition",
)


def add_middleware(
    app: FastAPI, settings: Settings, *, larger_bodies: Mapping[str, int] | None = None
) -> None:
    """Put all layers around an application, the innermost first.

    Errors are answered inside the layers that add headers, so an error has the same headers as
    any other answer; `larger_bodies` gives the byte limit of paths that take uploads.
    """
    app.add_middleware(HeadMiddleware)
    app.add_middleware(UnversionedRedirectMiddleware)
    app.add_middleware(BodyMiddleware, larger=larger_bodies or {})
    app.add_middleware(DeadlineMiddleware)
    app.add_middleware(LastResortMiddleware)
    app.add_middleware(AnonymousLimitMiddleware)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=METHODS,
            allow_headers=REQUEST_HEADERS,
            allow_credentials=True,
            expose_headers=EXPOSED_HEADERS,
            max_age=PREFLIGHT_SECONDS,
        )
    if settings.is_production:
        app.add_middleware(HttpsRequiredMiddleware)
    app.add_middleware(AnswerHeadersMiddleware, is_production=settings.is_production)
    app.add_middleware(RequestContextMiddleware)
