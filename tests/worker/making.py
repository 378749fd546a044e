"""A worker that listens to Redis, and does no background jobs unless it is told of one."""

from arq import Worker
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.config import Settings
from app.worker import create_desk, create_reads, create_worker


def worker_of(settings: Settings, engine: AsyncEngine) -> Worker:
    """The worker of some settings."""
    return create_worker(settings, engine, create_desk(settings, engine, create_reads(settings)))
