"""Types of single values that many schemas and routes share."""

from functools import cache
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, EmailStr, Field, SecretStr
from pydantic_core import PydanticCustomError

from app.core.text import clean_line

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
"""A bigint that the database made."""

SiteId = Annotated[int, Field(ge=1, le=2**31 - 1)]
UserId = Annotated[int, Field(ge=1, le=2**31 - 1)]

Email = Annotated[EmailStr, Field(max_length=254), BeforeValidator(clean_line)]
"""An e-mail address, of a length that SMTP takes (RFC 5321, section 4.5.3.1.3)."""

NewPassword = Annotated[SecretStr, Field(min_length=12, max_length=1024)]
"""A password that somebody chooses; `PasswordHasher.hash_new_password` looks at the rest."""


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
