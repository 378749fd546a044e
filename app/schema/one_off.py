"""Engines for a few statements, before there is an application or beside it."""

from sqlalchemy import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from app.core.config import get_settings
from app.core.tls import postgres_tls


def one_off_engine(url: str | URL, **options: str) -> AsyncEngine:
    """Make an engine without a pool, which uses TLS as the settings demand."""
    url = make_url(url)
    tls = postgres_tls(get_settings(), url)
    return create_async_engine(url, poolclass=NullPool, connect_args=tls, **options)
