"""How an error looks on the wire: our envelope, or problem details for those who prefer them."""

import json
import re
from functools import cache
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Scope

from app.core.errors import AppError

PROBLEM_JSON = "application/problem+json"


def error_response(scope: Scope, error: AppError) -> Response:
    """Render an error in the form that the client accepts."""
    request_id = scope.get("state", {}).get("request_id")
    if prefers_problem(", ".join(Headers(scope=scope).getlist("accept"))):
        content, media_type = _problem(error, scope["path"]), PROBLEM_JSON
        content["request_id"] = request_id
    else:
        body = _body(error) | {"request_id": request_id}
        content, media_type = {"error": body}, "application/json"
    # ASCII only, so that no text out of a request can make the answer impossible to encode.
    text = json.dumps(content, ensure_ascii=True, separators=(",", ":"), default=str)
    return Response(text, error.status, headers=error.headers, media_type=media_type)


def _body(error: AppError) -> dict[str, object]:
    body: dict[str, object] = {"code": error.code, "message": error.text}
    if error.details is not None:
        body["details"] = error.details
    return body


def _problem(error: AppError, path: str) -> dict[str, object]:
    problem = {
        "type": "about:blank",
        "title": HTTPStatus(error.status).phrase,
        "status": error.status,
        "detail": error.text,
        "instance": _printable(path),
        "code": error.code,
    }
    if error.details is not None:
        problem["details"] = error.details
    return problem


def prefers_problem(accept: str) -> bool:
    """Whether an Accept header names problem details, and ranks them no lower than plain JSON."""
    accept = accept.lower()
    if PROBLEM_JSON not in accept:
        return False
    qualities = dict(_media_range(part) for part in accept.split(","))
    quality = qualities.get(PROBLEM_JSON, 0.0)
    return quality > 0 and quality >= qualities.get("application/json", 0.0)


def _media_range(text: str) -> tuple[str, float]:
    media_type, *parameters = (part.strip() for part in text.split(";"))
    for parameter in parameters:
        if match := re.fullmatch(r"q\s*=\s*([01](?:\.\d{0,3})?)", parameter):
            return media_type, float(match[1])
    return media_type, 1.0


@cache
def error_class(status: int) -> type[AppError]:
    """The registered error with this status, or one made from HTTP's own phrase for it."""
    for registered in AppError.__subclasses__():
        if registered.status == status:
            return registered
    phrase = HTTPStatus(status).phrase
    code = re.sub(r"[^a-z]+", "_", phrase.lower())
    return type("HttpError", (AppError,), {"status": status, "code": code, "message": phrase})


def safe_name(name: object) -> str:
    """A name from a request, short and printable enough to be repeated in an answer."""
    return _printable(str(name)[:100])


def _printable(text: str) -> str:
    # "replace" turns lone surrogates, which JSON cannot carry, into question marks.
    return text.encode("utf-8", "replace").decode()
