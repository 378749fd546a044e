"""The public keys of our own issuer, where every verifier looks for them."""

from fastapi import APIRouter, Request
from pydantic import BaseModel

router = APIRouter(tags=["auth"])


class Jwks(BaseModel):
    """A JSON Web Key Set (RFC 7517)."""

    keys: list[dict[str, str]]


@router.get("/.well-known/jwks.json", operation_id="getJwks")
async def get_jwks(request: Request) -> Jwks:
    """Tell the public keys that our access tokens are signed with."""
    return Jwks.model_validate(request.app.state.jwks)
