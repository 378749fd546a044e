"""On what it was measured, without telling whose it is."""

import os
import platform
from importlib.metadata import version

import asyncpg

LIBRARIES = ("fastapi", "starlette", "uvicorn", "sqlalchemy", "asyncpg", "pydantic", "orjson")


async def describe(connection: asyncpg.Connection) -> dict[str, str]:
    """The size of the machine, and the versions that matter."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processors": str(os.cpu_count()),
        "memory": f"{memory / (1 << 30):.0f} GB",
        "system": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        "PostgreSQL": str(await connection.fetchval("SHOW server_version")),
        "shared_buffers": str(await connection.fetchval("SHOW shared_buffers")),
        "synchronous_commit": str(await connection.fetchval("SHOW synchronous_commit")),
        **{name: version(name) for name in LIBRARIES},
    }
