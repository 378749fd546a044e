"""The public keys of our own issuer, where every verifier looks for them."""

from fastapi import APIRouter, Request

from app.identity.schemas import Jwks

router = APIRouter(tags=["auth"])


@router.get("/.well-known/jwks.json", operation_id="getJwks")
async def get_jwks(request: Request) -> Jwks:
    """Tell the public keys that our access tokens are signed with."""
    return Jwks.model_validate(request.app.state.jwks)
