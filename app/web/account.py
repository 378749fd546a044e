"""The page that a link by e-mail opens: a person chooses their password there.

It stands by itself, whether or not the documentation is shown, and needs nothing but its own
files. The link's secret comes behind the `#`, so it is never sent for the page.
"""

import hashlib
from pathlib import Path

from fastapi import APIRouter, FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

PATH = "/account/password"
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; "
    "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)

_FOLDER = Path(__file__).with_name("static") / "account"
_MEDIA_TYPES = {
    "password.html": "text/html; charset=utf-8",
    "password.css": "text/css; charset=utf-8",
    "password.js": "text/javascript; charset=utf-8",
}


class _AccountPage:
    """The page's files, read once; three small ones, of which browsers ask each time if new."""

    def __init__(self) -> None:
        self.files = {name: (_FOLDER / name).read_bytes() for name in _MEDIA_TYPES}

    async def show(self, request: Request) -> Response:
        """Answer with the page."""
        return self._answer(request, "password.html")

    async def serve_file(self, request: Request) -> Response:
        """Answer with one of its files."""
        return self._answer(request, request.path_params["name"])

    def _answer(self, request: Request, name: str) -> Response:
        content = self.files.get(name)
        if content is None:
            raise HTTPException(404)
        etag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
        headers = {
            "Cache-Control": "no-cache",
            "Content-Security-Policy": CONTENT_SECURITY_POLICY,
            "ETag": etag,
        }
        if request.headers.get("If-None-Match") == etag:
            return Response(status_code=304, headers=headers)
        return Response(content, headers=headers, media_type=_MEDIA_TYPES[name])


def mount_account(app: FastAPI) -> None:
    """Add the page to an application, outside its OpenAPI document."""
    page = _AccountPage()
    router = APIRouter()
    router.add_route(PATH, page.show, name="account_password", include_in_schema=False)
    router.add_route(
        "/account/files/{name}", page.serve_file, name="account_file", include_in_schema=False
    )
    app.include_router(router)
