"""The settings: the only reader of the environment."""

import os
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    Field,
    FilePath,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from app.core.connection_urls import encryption_fault, is_remote
from app.core.setting_types import (
    AuditDays,
    HttpOrigin,
    HttpUrlText,
    RateLimit,
    SecretKey,
    Service,
    StorageUrl,
)

PLACEHOLDER = "change-me"
"""The value of every secret in `.env.example`; production refuses to start with it."""


_NEEDED_IN_PRODUCTION = (
    "database_url",
    "redis_url",
    "token_signing_key",
    "secret_keys",
    "encryption_keys",
    "public_url",
)

_SERVICES: dict[str, Service] = {
    "database_url": "postgresql",
    "migration_database_url": "postgresql",
    "redis_url": "redis",
    "smtp_url": "smtp",
}


class StartRefusedError(RuntimeError):
    """The process may not start; the message says why in a line."""


class MissingSettingError(StartRefusedError):
    """A setting is needed that has no default."""


class Settings(BaseSettings):
    """What can be set from outside; `.env.example` explains each one."""

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", env_ignore_empty=True, hide_input_in_errors=True
    )

    environment: Literal["development", "production"] = "development"
    debug: bool = False
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    slow_query_ms: Annotated[int, Field(ge=1)] = 200

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] | None = None
    ims_state_dir: Path = Path(".ims")
    ims_seed: bool = False

    public_url: HttpOrigin | None = None

    database_url: SecretStr | None = None
    migration_database_url: SecretStr | None = None
    database_pool_size: Annotated[int, Field(ge=1, le=200)] = 10
    redis_url: SecretStr | None = None

    token_signing_key: SecretStr | None = None
    token_issuer: str = "interaction-management"  # noqa: S105 - a name
    token_audience: str = "interaction-management-api"  # noqa: S105 - a name
    site_ids_claim: str = "site_ids"

    secret_keys: Annotated[tuple[SecretKey, ...], NoDecode] = ()
    encryption_keys: Annotated[tuple[SecretStr, ...], NoDecode] = ()

    session_idle_minutes: Annotated[int, Field(ge=1, le=24 * 60)] = 30
    session_max_hours: Annotated[int, Field(ge=1, le=30 * 24)] = 12
    require_totp_for_admins: bool = False

    oidc_issuer: HttpUrlText | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None
    oidc_audience: str | None = None
    oidc_scopes: str = "openid profile email"
    oidc_allowed_domains: Annotated[tuple[str, ...], NoDecode] = ()

    smtp_url: SecretStr | None = None
    mail_from: str = "interactions@localhost"

    rate_limit_auth: RateLimit = 10
    rate_limit_anonymous: RateLimit = 30
    rate_limit_search: RateLimit = 60
    rate_limit_default: RateLimit = 300
    rate_limit_jobs: RateLimit = 20

    job_slots: Annotated[int, Field(ge=1, le=50)] = 4
    job_limit_user: Annotated[int, Field(ge=0)] = 3
    job_limit_site: Annotated[int, Field(ge=0)] = 6
    job_timeout: Annotated[int, Field(ge=1)] = 300
    job_timeout_large: Annotated[int, Field(ge=1)] = 1800
    report_days: Annotated[int, Field(ge=1, le=365)] = 7

    import_max_bytes: Annotated[int, Field(ge=1024, le=2**32)] = 100 * 2**20
    import_max_rows: Annotated[int, Field(ge=1, le=10_000_000)] = 1_000_000

    storage_url: StorageUrl | None = None
    s3_endpoint: HttpUrlText | None = None
    s3_region: str = "us-east-1"
    s3_access_key_id: str | None = None
    s3_secret_access_key: SecretStr | None = None

    trash_days: Annotated[int, Field(ge=1, le=3650)] = 30
    audit_days_authentication: AuditDays = 180
    audit_days_access: AuditDays = 365
    audit_days_administration: AuditDays = 1095

    unencrypted_services: Annotated[tuple[Service, ...], NoDecode] = ()
    tls_ca_file: FilePath | None = None

    cors_origins: Annotated[tuple[HttpOrigin, ...], NoDecode] = ()
    conceal_foreign_ids: bool = False
    docs_enabled: bool = True

    @field_validator(
        "cors_origins",
        "secret_keys",
        "encryption_keys",
        "oidc_allowed_domains",
        "unencrypted_services",
        mode="before",
    )
    @classmethod
    def _split_commas(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @model_validator(mode="after")
    def _refuse_what_production_must_not_have(self) -> Self:
        if self.environment == "production" and (faults := list(self._production_faults())):
            raise ValueError("refused in production: " + "; ".join(faults))
        return self

    def _production_faults(self) -> list[str]:
        faults = []
        if self.debug:
            faults.append("DEBUG is on")
        faults += [
            f"{name.upper()} is not https"
            for name in ("public_url", "oidc_issuer", "s3_endpoint")
            if (getattr(self, name) or "https:").startswith("http:")
        ]
        faults += [
            f"{name.upper()} is not set"
            for name in _NEEDED_IN_PRODUCTION
            if not getattr(self, name)
        ]
        faults += [
            f"{name.upper()} still has the value of .env.example"
            for name, value in self
            if any(PLACEHOLDER in secret.get_secret_value() for secret in _secrets(value))
        ]
        return faults + self._unencrypted_connections()

    def _unencrypted_connections(self) -> list[str]:
        return [
            f"{name.upper()} {fault}, and UNENCRYPTED_SERVICES does not name {service}"
            for name, service in _SERVICES.items()
            if (url := getattr(self, name))
            and self.demands_encryption(service, url.get_secret_value())
            and (fault := encryption_fault(service, url.get_secret_value()))
        ]

    def demands_encryption(self, service: Service, url: str) -> bool:
        """Whether a connection has to use TLS with a verified certificate."""
        is_exempt = service in self.unencrypted_services
        return self.is_production and not is_exempt and is_remote(url)

    @model_validator(mode="after")
    def _refuse_half_a_provider(self) -> Self:
        if self.oidc_issuer and not self.oidc_client_id:
            raise ValueError("OIDC_ISSUER is set, OIDC_CLIENT_ID is not")
        return self

    @model_validator(mode="after")
    def _refuse_half_a_key(self) -> Self:
        if (self.s3_access_key_id is None) != (self.s3_secret_access_key is None):
            raise ValueError("Of S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY only one is set")
        return self

    @property
    def required_database_url(self) -> str:
        """The application's database.

        Raises:
            MissingSettingError: It is not set.
        """
        return _required("DATABASE_URL", self.database_url)

    @property
    def required_redis_url(self) -> str:
        """The Redis of caches and queue.

        Raises:
            MissingSettingError: It is not set.
        """
        return _required("REDIS_URL", self.redis_url)

    @property
    def is_production(self) -> bool:
        """Whether this is a deployment that others depend on."""
        return self.environment == "production"

    @property
    def effective_log_level(self) -> str:
        """The log level, which DEBUG lowers to the lowest."""
        return "DEBUG" if self.debug else self.log_level


def _secrets(value: object) -> list[SecretStr]:
    values = value if isinstance(value, tuple) else (value,)
    return [one for one in values if isinstance(one, SecretStr)]


def _required(name: str, value: SecretStr | None) -> str:
    if value is None:
        raise MissingSettingError(f"{name} is not set, and no `make run` is running here")
    return value.get_secret_value()


def database_login(url: str) -> str | None:
    """The role that a database URL logs in as."""
    return urlsplit(url).username


@cache
def get_settings() -> Settings:
    """Read the environment once.

    Raises:
        StartRefusedError: A setting is not valid, or not fit for production.
    """
    try:
        return Settings()
    except ValidationError as error:
        raise StartRefusedError(in_a_line(error)) from None


def in_a_line(error: ValidationError) -> str:
    """All that is wrong, without the values, any of which may be a secret."""
    return "; ".join(map(_sentence, error.errors()))


def _sentence(fault: ErrorDetails) -> str:
    message = fault["msg"].removeprefix("Value error, ")
    return f"{str(fault['loc'][0]).upper()}: {message}" if fault["loc"] else message


def process_environment() -> dict[str, str]:
    """A copy of this process's environment, for the processes it starts."""
    return dict(os.environ)
