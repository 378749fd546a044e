"""Finding the servers of a `make run`, for the commands that work on them."""

from app.core.config import Settings, get_settings
from app.local.state import find_running


def connected_settings() -> Settings:
    """The settings, with the addresses of a `make run` of this state directory if there is one."""
    settings = get_settings()
    running = find_running(settings.ims_state_dir)
    if running is None or settings.database_url is not None:
        return settings
    return Settings(
        database_url=running.database_url,
        migration_database_url=running.migration_database_url,
        redis_url=running.redis_url,
    )
