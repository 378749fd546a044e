"""TLS towards the servers that the processes connect to."""

import ssl

from sqlalchemy import URL

from app.core.config import Settings


def tls_context(settings: Settings) -> ssl.SSLContext:
    """Check certificates and host names, by the system's authorities and TLS_CA_FILE's.

    Raises:
        OSError: The file is not there, or has no certificate in it.
    """
    context = ssl.create_default_context()
    if settings.tls_ca_file is not None:
        context.load_verify_locations(settings.tls_ca_file)
    return context


def postgres_tls(settings: Settings, url: URL) -> dict[str, ssl.SSLContext]:
    """What asyncpg is told about TLS; nothing leaves it to what the address says."""
    text = url.render_as_string(hide_password=False)
    is_demanded = settings.demands_encryption("postgresql", text)
    return {"ssl": tls_context(settings)} if is_demanded else {}


def redis_tls(settings: Settings, url: str) -> dict[str, str | bool | None]:
    """What redis-py and arq are told about TLS; by themselves they take any host's certificate."""
    if not url.startswith("rediss:"):
        return {}
    file = settings.tls_ca_file
    return {"ssl_check_hostname": True, "ssl_ca_certs": None if file is None else str(file)}
