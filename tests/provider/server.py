"""An OpenID Connect provider for the tests, in a process of its own with keys of its own.

It logs in whom the last `/control/knobs` names, without asking. Knobs change how it behaves; a
knob `answers` replaces what a path answers altogether, which makes it hostile or slow.
"""

import asyncio
import hashlib
import secrets
import socket
import time
from base64 import b64decode, urlsafe_b64encode
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlencode

import uvicorn
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from app.auth.keys import Algorithm, VerificationKey, jwks_document
from tests.auth.forge import PrivateKey, encode, sign

CLIENT_ID, CLIENT_SECRET = "ims+test", "a secret/with: signs"
Json = dict[str, Any]

USER = {"sub": "auth0|1", "email": "emma@example.org", "email_verified": True, "name": "Emma Eve"}


class State:
    """What the provider knows, and how it behaves."""

    def __init__(self) -> None:
        self.issuer = ""
        self.keys: dict[str, PrivateKey] = {
            "rsa-1": rsa.generate_private_key(65537, 2048),
            "ec-1": ec.generate_private_key(ec.SECP256R1()),
        }
        self.spare: dict[str, PrivateKey] = {
            "rsa-2": rsa.generate_private_key(65537, 2048),
            "rsa-weak": rsa.generate_private_key(65537, 1024),  # noqa: S505 - to be refused
        }
        self.reset()

    def reset(self) -> None:
        """Behave well again."""
        self.codes: dict[str, Json] = {}
        self.counts: Counter[str] = Counter()
        self.knobs: Json = {
            "user": USER,  # who logs in
            "id_token": {},  # claims of the ID token to change; null takes one out
            "header": {},  # members of its header to change
            "signed_by": "rsa-1",
            "published": ["rsa-1", "ec-1"],
            "userinfo": {},
            "discovery": {},
            "answers": {},
            "public_client": False,
            "client": CLIENT_ID,
        }


STATE = State()


TIMES = {"iat", "exp", "nbf"}


def changed(members: Json, changes: Json) -> Json:
    """The same with changes: null takes a member out, a time is in seconds from now."""
    now = int(time.time())
    moved = {
        name: value + now if name in TIMES and value is not None else value
        for name, value in changes.items()
    }
    return {name: value for name, value in (members | moved).items() if value is not None}


def token(claims: Json, header: Json, kid: str) -> str:
    """Sign a token with one of the keys."""
    key = (STATE.keys | STATE.spare)[kid]
    algorithm = "RS256" if isinstance(key, rsa.RSAPrivateKey) else "ES256"
    head = changed({"alg": algorithm, "kid": kid, "typ": "JWT"}, header)
    signed = f"{encode(head)}.{encode(claims)}"
    return f"{signed}.{encode(sign(signed.encode(), key))}"


async def discovery(_request: Request) -> Response:
    base = STATE.issuer.removesuffix("/")
    document = {
        "issuer": STATE.issuer,
        "authorization_endpoint": f"{base}/authorize?tenant=t",
        "token_endpoint": f"{base}/token",
        "jwks_uri": f"{base}/jwks",
        "userinfo_endpoint": f"{base}/userinfo",
        "end_session_endpoint": f"{base}/logout",
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
    }
    return JSONResponse(changed(document, STATE.knobs["discovery"]))


async def authorize(request: Request) -> Response:
    query = dict(request.query_params)
    assert query["response_type"] == "code"
    assert query["code_challenge_method"] == "S256"
    assert query["tenant"] == "t"
    code = secrets.token_urlsafe(16)
    STATE.codes[code] = query | {"user": STATE.knobs["user"], "client": STATE.knobs["client"]}
    answer = {"code": code, "state": query["state"], "session_state": "x", "iss": STATE.issuer}
    return RedirectResponse(f"{query['redirect_uri']}?{urlencode(answer)}", status_code=302)


def client_of(request: Request, form: dict[str, str]) -> str | None:
    """The client that a request proves to be from; it may prove it in one way only."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme == "Basic":
        name, _, secret = b64decode(value).decode().partition(":")
        is_right = unquote_plus(secret) == CLIENT_SECRET and "client_secret" not in form
        return unquote_plus(name) if is_right else None
    if STATE.knobs["public_client"]:
        return form.get("client_id")
    return form.get("client_id") if form.get("client_secret") == CLIENT_SECRET else None


async def exchange(request: Request) -> Response:
    raw = parse_qs((await request.body()).decode(), strict_parsing=True)
    form = {name: values[0] for name, values in raw.items()}
    client = client_of(request, form)
    if client != CLIENT_ID:
        return JSONResponse({"error": "invalid_client"}, 401)
    begun = STATE.codes.pop(form["code"], None)
    digest = hashlib.sha256(form["code_verifier"].encode()).digest()
    is_right = (
        begun is not None
        and begun["client"] == client
        and begun["redirect_uri"] == form["redirect_uri"]
        and begun["code_challenge"] == urlsafe_b64encode(digest).rstrip(b"=").decode()
    )
    if begun is None or not is_right:
        return JSONResponse({"error": "invalid_grant", "error_description": "no"}, 400)
    claims = changed(standard_claims(CLIENT_ID) | begun["user"], {"nonce": begun["nonce"]})
    id_token = changed(claims, STATE.knobs["id_token"])
    answer = {
        "token_type": "Bearer",
        "access_token": "opaque",
        "id_token": token(id_token, STATE.knobs["header"], STATE.knobs["signed_by"]),
    }
    return JSONResponse(answer)


def standard_claims(audience: str) -> Json:
    now = int(time.time())
    return {"iss": STATE.issuer, "aud": audience, "iat": now, "exp": now + 600}


async def jwks(_request: Request) -> Response:
    keys = [
        VerificationKey(
            kid,
            Algorithm.RS256 if isinstance(key, rsa.RSAPrivateKey) else Algorithm.ES256,
            public_key=key.public_key(),
        )
        for kid, key in (STATE.keys | STATE.spare).items()
        if kid in STATE.knobs["published"]
    ]
    return JSONResponse(jwks_document(*keys))


async def userinfo(request: Request) -> Response:
    assert request.headers["authorization"] == "Bearer opaque"
    return JSONResponse(STATE.knobs["userinfo"])


async def control(request: Request) -> Response:
    what = request.path_params["what"]
    body: Any = await request.json() if request.method == "POST" else None
    if what == "reset":
        STATE.reset()
    elif what == "issuer":
        STATE.issuer = body
    elif what == "knobs":
        STATE.knobs |= body
    elif what == "token":
        claims = changed(standard_claims("") | {"sub": STATE.knobs["user"]["sub"]}, body["claims"])
        return JSONResponse(token(claims, body["header"], body["kid"]))
    return JSONResponse(STATE.counts)


class Behaviour:
    """Counts requests, and answers some paths as the knobs say."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http" or scope["path"].startswith("/control/"):
            await self.app(scope, receive, send)
            return
        STATE.counts[scope["path"]] += 1
        replaced = STATE.knobs["answers"].get(scope["path"])
        answer = self.app if replaced is None else odd_response(replaced)
        await answer(scope, receive, send)


def odd_response(answer: Json) -> Response:
    """An answer as a test describes it: after a delay, or one byte at a time."""

    async def bytes_of_it() -> AsyncIterator[bytes]:
        content = answer.get("body", "").encode()
        await asyncio.sleep(answer.get("delay", 0))
        if "drip" not in answer:
            yield content
            return
        for byte in content:
            yield bytes([byte])
            await asyncio.sleep(answer["drip"])

    return StreamingResponse(
        bytes_of_it(), answer.get("status", 200), headers=answer.get("headers", {})
    )


ROUTES = [
    Route("/.well-known/openid-configuration", discovery),
    Route("/authorize", authorize),
    Route("/token", exchange, methods=["POST"]),
    Route("/jwks", jwks),
    Route("/userinfo", userinfo),
    Route("/control/{what}", control, methods=["GET", "POST"]),
]

if __name__ == "__main__":
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    STATE.issuer = f"http://127.0.0.1:{port}/"
    config = uvicorn.Config(
        Behaviour(Starlette(routes=ROUTES)), log_level="warning", access_log=False
    )
    print(port, flush=True)  # noqa: T201 - the test reads it
    uvicorn.Server(config).run(sockets=[listener])
