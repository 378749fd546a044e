"""The settings: the only reader of the environment."""

import os
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PLACEHOLDER = "change-me"
"""The value of every secret in `.env.example`; production refuses to start with it."""


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

    database_url: SecretStr | None = None
    migration_database_url: SecretStr | None = None
    database_pool_size: Annotated[int, Field(ge=1, le=200)] = 10
    redis_url: SecretStr | None = None

    token_signing_key: SecretStr | None = None
    token_issuer: str = "interaction-management"  # noqa: S105 - a name
    token_audience: str = "interaction-management-api"  # noqa: S105 - a name
    site_ids_claim: str = "site_ids"

    cors_origins: Annotated[tuple[str, ...], NoDecode] = ()
    conceal_foreign_ids: bool = False
    docs_enabled: bool = True

    @field_validator("cors_origins", mode="before")
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
        if "*" in self.cors_origins:
            faults.append("CORS_ORIGINS contains *")
        faults += [
            f"{name.upper()} is not set"
            for name in ("database_url", "redis_url", "token_signing_key")
            if getattr(self, name) is None
        ]
        faults += [
            f"{name.upper()} still has the value of .env.example"
            for name, value in self
            if isinstance(value, SecretStr) and PLACEHOLDER in value.get_secret_value()
        ]
        return faults

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
