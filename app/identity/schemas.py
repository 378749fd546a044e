"""What is told of the issuer of our tokens."""

from pydantic import BaseModel


class Jwks(BaseModel):
    """A JSON Web Key Set (RFC 7517)."""

    keys: list[dict[str, str]]
