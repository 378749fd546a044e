"""The documentation page: Swagger UI out of our own files, with a bar to log in.

It needs no other host, no inline script and no inline style, so it works offline and under the
policy below. Log-in tokens live in the page's memory and end with it.
"""

import gzip
import hashlib
import html
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from string import Template

from fastapi import APIRouter, FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

DOCS_PATH = "/api/docs"
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; object-src 'none'"
)

_FOLDER = Path(__file__).with_name("static") / "docs"
_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_FOR_GOOD = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"


@dataclass(frozen=True)
class _Asset:
    """One static file, compressed when it is first asked for."""

    content: bytes
    media_type: str

    @cached_property
    def compressed(self) -> bytes:
        return gzip.compress(self.content, compresslevel=6, mtime=0)


class _DocsPage:
    """The page and its files, read once."""

    def __init__(self, openapi_url: str) -> None:
        self.assets = {
            path.relative_to(_FOLDER).as_posix(): _Asset(
                content=path.read_bytes(), media_type=_MEDIA_TYPES[path.suffix]
            )
            for path in sorted(_FOLDER.rglob("*"))
            if path.suffix in _MEDIA_TYPES
        }
        self.digest = self._digest_of_assets()
        template = Template((_FOLDER / "index.html").read_text(encoding="utf-8"))
        self.html = template.substitute(
            assets=f"{DOCS_PATH}/assets/{self.digest}",
            openapi_url=html.escape(openapi_url),
        )

    def _digest_of_assets(self) -> str:
        """Digest the whole set, since its modules import each other by relative addresses."""
        digest = hashlib.sha256()
        for name, asset in self.assets.items():
            digest.update(name.encode() + b"\0" + hashlib.sha256(asset.content).digest())
        return digest.hexdigest()[:16]

    async def show(self, request: Request) -> Response:
        """Answer with the page."""
        headers = {
            "Content-Security-Policy": CONTENT_SECURITY_POLICY,
            "Cache-Control": _ASK_AGAIN,
        }
        return HTMLResponse(self.html, headers=headers)

    def serve_asset(self, request: Request) -> Response:
        """Answer with a file; a plain function, so that compressing stays off the event loop."""
        asset = self.assets.get(request.path_params["name"])
        if asset is None:
            raise HTTPException(404)
        # Another release's address, met while a deployment is rolling: valid now, not for good.
        is_current = request.path_params["digest"] == self.digest
        etag = f'W/"{self.digest}"'
        headers = {
            "Cache-Control": _FOR_GOOD if is_current else _ASK_AGAIN,
            "ETag": etag,
            "Vary": "Accept-Encoding",
        }
        if request.headers.get("If-None-Match") == etag:
            return Response(status_code=304, headers=headers)
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            headers["Content-Encoding"] = "gzip"
            return Response(asset.compressed, headers=headers, media_type=asset.media_type)
        return Response(asset.content, headers=headers, media_type=asset.media_type)


def docs_router(openapi_url: str = "/api/openapi.json") -> APIRouter:
    """Build the routes of the page and its files, none of which appear in the OpenAPI document."""
    page = _DocsPage(openapi_url)
    router = APIRouter()
    router.add_route(DOCS_PATH, page.show, name="docs", include_in_schema=False)
    router.add_route(
        f"{DOCS_PATH}/assets/{{digest}}/{{name:path}}",
        page.serve_asset,
        name="docs_asset",
        include_in_schema=False,
    )
    return router


def mount_docs(app: FastAPI, *, openapi_url: str = "/api/openapi.json") -> None:
    """Add the documentation page to an application."""
    app.include_router(docs_router(openapi_url))
