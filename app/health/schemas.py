"""What is told of the health of the service."""

from typing import Literal

from pydantic import BaseModel


class Liveness(BaseModel):
    """The process answers."""

    status: Literal["ok"]


class Readiness(BaseModel):
    """Whether the process can work, and what of it cannot."""

    status: Literal["ok", "degraded", "unavailable"]
    database: Literal["ok", "unavailable", "not_migrated"]
    redis: Literal["ok", "unavailable"]
