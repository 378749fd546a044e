"""The key under which a client sends a request again, and what tells it from other requests."""

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated

from fastapi import Depends, Header, Request

from app.auth.dependencies import CurrentAuthentication
from app.core.http.json_request import JsonRequest

IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$",
        description="Makes it safe to send the request again: under the same key within 24 hours "
        "it is answered as it was the first time, and nothing is done twice.",
    ),
]


@dataclass(frozen=True, slots=True)
class RequestKey:
    """The key of one caller's request.

    Attributes:
        owner_id: Who calls.
        api_key_id: The API key that they call with; 0: none.
        text: The key itself, chosen by the client.
    """

    owner_id: int
    api_key_id: int
    text: str


async def get_request_key(
    authentication: CurrentAuthentication, idempotency_key: IdempotencyKey = None
) -> RequestKey | None:
    """The key of the request, if it has one."""
    if idempotency_key is None:
        return None
    return RequestKey(
        owner_id=authentication.caller.user_id,
        api_key_id=authentication.api_key_id or 0,
        text=idempotency_key,
    )


CurrentRequestKey = Annotated[RequestKey | None, Depends(get_request_key)]


async def fingerprint_of(request: Request) -> bytes:
    """What is the same for two requests only if they ask for the same.

    A body of JSON counts by what it says, however it is written down; a file that is sent by the
    digest that was made of it as it came. To be signed before it is stored: whoever has only the
    database could try passwords against it.
    """
    scope, site_id = request.scope, request.headers.get("x-site-id", "")
    named = (scope["method"], scope["path"], scope["query_string"].decode("latin-1"), site_id, "")
    hashed = sha256("\0".join(named).encode())
    if digest := getattr(request.state, UPLOAD_DIGEST, None):
        hashed.update(digest.encode())
    elif isinstance(request, JsonRequest):
        hashed.update(json.dumps(request.parsed, sort_keys=True).encode())
    else:
        hashed.update(await request.body())
    return hashed.digest()


UPLOAD_DIGEST = "upload_digest"
"""Where in the state of a request the digest of a file is that it sends."""
