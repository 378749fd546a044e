"""The documentation page: Swagger UI out of our own files, with a bar to log in.

It needs no other host, no inline script and no inline style, so it works offline and under the
policy below. Who logs in there opens a browser session, out of reach of the page's own script.
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
from starlette.responses import HTMLResponse, RedirectResponse, Response

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

    def __init__(self, openapi_url: str, session_cookie: str, *, has_single_sign_on: bool) -> None:
        self.session_cookie = session_cookie
        self.assets = {
            path.relative_to(_FOLDER).as_posix(): _Asset(
                content=path.read_bytes(), media_type=_MEDIA_TYPES[path.suffix]
            )
            for path in sorted(_FOLDER.rglob("*"))
            if path.suffix in _MEDIA_TYPES
        }
        self.digest = self._digest_of_assets()
        template = Template((_FOLDER / "index.html").read_text(encoding="utf-8"))
        self.html_by_cookie = {
            has_cookie: template.substitute(
                assets=f"{DOCS_PATH}/assets/{self.digest}",
                openapi_url=html.escape(openapi_url),
                has_cookie="yes" if has_cookie else "",
                without_single_sign_on="" if has_single_sign_on else "hidden",
            )
            for has_cookie in (False, True)
        }

    def _digest_of_assets(self) -> str:
        """Digest the whole set, since its modules import each other by relative addresses."""
        digest = hashlib.sha256()
        for name, asset in self.assets.items():
            digest.update(name.encode() + b"\0" + hashlib.sha256(asset.content).digest())
        return digest.hexdigest()[:16]

    async def show(self, request: Request) -> Response:
        """Answer with the page; it asks who is logged in only where somebody may be."""
        headers = {
            "Content-Security-Policy": CONTENT_SECURITY_POLICY,
            "Cache-Control": _ASK_AGAIN,
            "Vary": "Cookie",
        }
        has_cookie = self.session_cookie in request.cookies
        return HTMLResponse(self.html_by_cookie[has_cookie], headers=headers)

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


async def _to_the_page(request: Request) -> Response:
    """Who comes to the address alone, as from logging out at the provider, gets here."""
    return RedirectResponse(DOCS_PATH, status_code=302)


def mount_docs(
    app: FastAPI, *, openapi_url: str, session_cookie: str, has_single_sign_on: bool
) -> None:
    """Add the documentation page to an application, outside its OpenAPI document.

    Args:
        app: The application.
        openapi_url: Where it describes itself.
        session_cookie: The name of the cookie that a browser session lives in.
        has_single_sign_on: Whether one can log in at a provider.
    """
    page = _DocsPage(openapi_url, session_cookie, has_single_sign_on=has_single_sign_on)
    router = APIRouter()
    router.add_route("/", _to_the_page, name="home", include_in_schema=False)
    router.add_route(DOCS_PATH, page.show, name="docs", include_in_schema=False)
    router.add_route(
        f"{DOCS_PATH}/assets/{{digest}}/{{name:path}}",
        page.serve_asset,
        name="docs_asset",
        include_in_schema=False,
    )
    app.include_router(router)
