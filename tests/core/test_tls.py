"""Which connections have to be encrypted, and what keeps the processes from starting."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from app.core.config import Settings, in_a_line
from app.core.connection_urls import is_remote
from app.core.redis import queue_settings
from app.core.tls import tls_context
from tests.core.authority import Authority

PG = "postgresql+asyncpg://ims_app:secret@"
PRODUCTION: dict[str, Any] = {
    "environment": "production",
    "database_url": f"{PG}db.example/ims",
    "redis_url": "rediss://:secret@cache.example/0",
    "token_signing_key": "key",
    "secret_keys": "k" * 32,
    "encryption_keys": "key",
    "public_url": "https://ims.example",
}


def production(**values: Any) -> Settings:
    """The settings of a deployment."""
    return Settings(_env_file=None, **PRODUCTION | values)


def fault_of(**values: Any) -> str:
    """The line that says why a deployment does not start."""
    with pytest.raises(ValidationError) as refused:
        production(**values)
    return in_a_line(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "redis://localhost/0",
        "redis://:secret@127.0.0.1:6379/0",
        "redis://127.8.9.1",
        "redis://[::1]:6379/0",
        "redis:///0",
        "unix:///run/valkey.sock?db=0",
        f"{PG}LOCALHOST/ims",
        f"{PG}/ims?host=/run/postgresql",
        f"{PG}/ims?host=localhost&host=127.0.0.1",
    ],
)
def test_sockets_and_loopback_addresses_are_here(url: str) -> None:
    assert not is_remote(url)


@pytest.mark.parametrize(
    "url",
    [
        "redis://cache.example/0",
        "redis://10.0.0.7/0",
        "redis://[2001:db8::1]/0",
        "redis://localhost.example/0",
        "redis://0.0.0.0/0",
        f"{PG}db.example/ims",
        f"{PG}db.example/ims?host=/run/postgresql",
        f"{PG}/ims?host=localhost&host=db.example",
        f"{PG}/ims?host=localhost,db.example",
        f"{PG}/ims?host=10.0.0.7:5432",
        "smtp://mail.example:587",
    ],
)
def test_anything_else_is_another_machine(url: str) -> None:
    assert is_remote(url)


@pytest.mark.parametrize(
    ("name", "url", "words"),
    [
        ("redis_url", "redis://:secret@cache.example/0", "is not rediss://"),
        ("redis_url", "rediss://:secret@cache.example/0?ssl_cert_reqs=none", "certificates"),
        ("redis_url", "rediss://:secret@cache.example/0?ssl_check_hostname=0", "certificates"),
        ("database_url", f"{PG}db.example/ims?ssl=disable", "TLS off"),
        ("database_url", f"{PG}db.example/ims?ssl=prefer", "TLS off"),
        ("database_url", f"{PG}db.example/ims?sslmode=allow", "TLS off"),
        ("migration_database_url", f"{PG}db.example/ims?ssl=disable", "TLS off"),
    ],
)
def test_production_refuses_an_unencrypted_connection(name: str, url: str, words: str) -> None:
    service = "redis" if "redis" in name else "postgresql"

    line = fault_of(**{name: url})

    assert name.upper() in line
    assert words in line
    assert f"UNENCRYPTED_SERVICES does not name {service}" in line
    assert "secret" not in line
    assert production(**{name: url, "unencrypted_services": service})
    assert production(**{name: url, "environment": "development"})


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("redis_url", "redis://:secret@localhost/0"),
        ("redis_url", "unix:///run/valkey.sock"),
        ("database_url", f"{PG}localhost/ims?ssl=disable"),
        ("database_url", f"{PG}db.example/ims?ssl=verify-full"),
    ],
)
def test_production_takes_what_is_here_or_encrypted(name: str, url: str) -> None:
    assert production(**{name: url})


def test_another_services_name_exempts_nothing() -> None:
    line = fault_of(redis_url="redis://cache.example/0", unencrypted_services="smtp,postgresql")

    assert "UNENCRYPTED_SERVICES does not name redis" in line


def test_an_unknown_service_is_refused() -> None:
    assert "UNENCRYPTED_SERVICES" in fault_of(unencrypted_services="postgres")


def test_a_file_of_certificates_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "TLS_CA_FILE" in fault_of(tls_ca_file=tmp_path / "nothing.pem")


def test_only_other_machines_in_production_demand_encryption() -> None:
    url = "smtp://mail.example:587"

    assert production().demands_encryption("smtp", url)
    assert not production().demands_encryption("smtp", "smtp://localhost:25")
    assert not production(unencrypted_services="smtp").demands_encryption("smtp", url)
    assert not production(environment="development").demands_encryption("smtp", url)


def test_an_authority_of_ones_own_is_believed_beside_the_systems(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    plain = tls_context(production())

    context = tls_context(production(tls_ca_file=authority.file))

    assert context.check_hostname
    assert context.verify_mode.name == "CERT_REQUIRED"
    assert len(context.get_ca_certs()) == len(plain.get_ca_certs()) + 1


def test_the_queue_checks_certificates_and_names(tmp_path: Path) -> None:
    authority = Authority(tmp_path)

    address = queue_settings(production(tls_ca_file=authority.file))

    assert (address.ssl, address.ssl_cert_reqs) == (True, "required")
    assert address.ssl_check_hostname
    assert address.ssl_ca_certs == str(authority.file)
    assert not queue_settings(production(redis_url="redis://localhost/0")).ssl
