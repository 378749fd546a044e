"""Removing the files of imports, once no import speaks of them any more."""

from collections.abc import Iterable

import structlog

from app.core.errors import Unavailable
from app.core.storage import Storage

logger = structlog.get_logger()


async def remove_files(storage: Storage, keys: Iterable[str | None]) -> None:
    """Remove files; what cannot be removed is left to the clock."""
    for key in keys:
        if key is not None:
            try:
                await storage.delete(key)
            except Unavailable:
                logger.warning("import_file_left")
