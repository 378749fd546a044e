"""What single settings may be."""

from typing import Annotated, Literal

from pydantic import Field, SecretStr

Service = Literal["postgresql", "redis", "smtp"]
"""What the processes connect to, beside the provider of single sign-on."""

SecretKey = Annotated[SecretStr, Field(min_length=32)]
RateLimit = Annotated[int, Field(ge=0, le=1_000_000)]
AuditDays = Annotated[int, Field(ge=30, le=36_500)]
HttpUrlText = Annotated[str, Field(pattern=r"^https?://[^\s?#@]+$", max_length=500)]
StorageUrl = Annotated[
    str, Field(pattern=r"^(file:///[^?#]+|s3://[a-z0-9.-]{3,63}(/[^?#]*)?)$", max_length=500)
]
HttpOrigin = Annotated[
    str, Field(pattern=r"^https?://([a-z0-9.-]+|\[[0-9a-f:]+\])(:[0-9]+)?$", max_length=500)
]
"""As browsers send it, and so compared letter by letter: small letters, no slash at the end."""
