"""A deployment whose database and Redis are elsewhere, behind TLS."""

from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from app.local.throwaway import ThrowawayServers
from tests.conftest import Database
from tests.core.authority import Authority
from tests.core.tls_proxy import HERE, postgres_proxy, tls_proxy
from tests.faults.served import Served, run_command


@pytest.fixture
def deployment(own_servers: ThrowawayServers, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The settings of a production that reaches both servers by TLS."""
    authority = Authority(tmp_path)
    context = authority.server_context(HERE)
    with ExitStack() as stack:
        socket = own_servers.postgres.socket_dir / ".s.PGSQL.5432"
        postgres = stack.enter_context(postgres_proxy(socket, context))
        redis = stack.enter_context(tls_proxy(own_servers.valkey.socket, context))
        yield {
            "ENVIRONMENT": "production",
            "DATABASE_URL": f"postgresql+asyncpg://ims_app@{HERE}:{postgres}/ims",
            "MIGRATION_DATABASE_URL": f"postgresql+asyncpg://ims_admin@{HERE}:{postgres}/ims",
            "REDIS_URL": f"rediss://{HERE}:{redis}/0",
            "TLS_CA_FILE": str(authority.file),
            "TOKEN_SIGNING_KEY": signing_key(),
            "SECRET_KEYS": "k" * 32,
            "ENCRYPTION_KEYS": b64encode(bytes(32)).decode(),
            "PUBLIC_URL": "https://ims.example",
            "IMS_STATE_DIR": str(tmp_path),
        }


def signing_key() -> str:
    """A private key in PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


async def test_it_runs_over_tls(
    deployment: dict[str, str], start_api: Callable[..., Served]
) -> None:
    migrated = run_command("migrate", **deployment)
    assert (migrated.returncode, migrated.stderr) == (0, "")

    api = start_api(**{name: one for name, one in deployment.items() if name != "IMS_STATE_DIR"})
    async with httpx.AsyncClient(trust_env=False) as client:
        ready = await client.get(f"{api.url}/health/ready")
        me = await client.get(f"{api.url}/api/v1/auth/me")

    assert ready.json() == {"status": "ok", "database": "ok", "redis": "ok"}
    assert me.status_code == 401
    assert me.headers["X-RateLimit-Limit"] == "30"


@pytest.mark.parametrize("command", ["serve", "worker", "migrate"])
def test_a_database_that_shows_a_strangers_certificate_is_refused(
    command: str, deployment: dict[str, str], own_database: Database, tmp_path: Path
) -> None:
    stranger = Authority(tmp_path, "stranger")

    ended = run_command(command, **deployment | {"TLS_CA_FILE": str(stranger.file)})

    assert ended.returncode == 1
    [line] = ended.stderr.strip().splitlines()
    assert "certificate verify failed" in line


def test_a_file_without_a_certificate_is_refused(
    deployment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "empty.pem").touch()

    ended = run_command("serve", **deployment | {"TLS_CA_FILE": str(tmp_path / "empty.pem")})

    assert ended.returncode == 1
    [line] = ended.stderr.strip().splitlines()
    assert "TLS_CA_FILE" in line
