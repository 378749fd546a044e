"""What is limited alike, and how a route says what it is."""

from enum import StrEnum

from app.core.config import Settings
from app.core.rate_limit.gcra import Rate

MARK = "x-rate-limit"
"""Where the OpenAPI document names an operation's class."""


class RateClass(StrEnum):
    """Calls that are counted together."""

    AUTH = "auth"
    ANONYMOUS = "anonymous"
    SEARCH = "search"
    JOBS = "jobs"
    DEFAULT = "default"


def limited_as(rate_class: RateClass) -> dict[str, str]:
    """The `openapi_extra=` of a route that belongs to another class than the default."""
    return {MARK: rate_class.value}


def rates(settings: Settings) -> dict[RateClass, Rate]:
    """The rate of each class; one that is switched off has none."""
    limits = {name: getattr(settings, f"rate_limit_{name}") for name in RateClass}
    return {name: Rate(limit) for name, limit in limits.items() if limit}
