"""Types of single values that many schemas and routes share."""

from functools import cache
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
"""A bigint that the database made."""

SiteId = Annotated[int, Field(ge=1, le=2**31 - 1)]
UserId = Annotated[int, Field(ge=1, le=2**31 - 1)]


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _known_zone(name: str) -> str:
    # A look-up by exact name: ZoneInfo(name) would open a file by a path that a stranger chose.
    if name not in _zones():
        raise PydanticCustomError(
            "unknown_zone", "{label} must be an IANA time zone, such as Europe/Paris"
        )
    return name


ZoneName = Annotated[
    str, Field(max_length=64, examples=["Europe/Paris"]), AfterValidator(_known_zone)
]
"""The name of an IANA time zone, exactly as IANA spells it."""
