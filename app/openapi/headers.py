"""The headers of answers: what each of them tells, and which answer has which."""

from dataclasses import dataclass
from typing import Any

from app.core.http.deprecation import MARK as DEPRECATION

Json = dict[str, Any]

VERSION_1 = "/api/v1/"


def _header(description: str, example: str | int, **more: Any) -> Json:
    kind = "integer" if isinstance(example, int) else "string"
    return {"description": description, "schema": {"type": kind, "examples": [example]}, **more}


HEADERS: dict[str, Json] = {
    "X-Request-ID": _header(
        "The request's id: the client's own, if it sent one of 8 to 64 letters, digits or `-`.",
        "5f0c6c0e9a7e4a0db1b0a3c5d2e8f714",
        required=True,
    ),
    "X-RateLimit-Limit": _header("How many calls a minute may have.", 300),
    "X-RateLimit-Remaining": _header("How many are left.", 297),
    "X-RateLimit-Reset": _header("When all are there again, as Unix time.", 1781272805),
    "RateLimit-Policy": _header(
        "The limit as the draft of the IETF writes it.", '"default";q=300;w=60'
    ),
    "RateLimit": _header(
        "What is left, as the draft of the IETF writes it.", '"default";r=297;t=1'
    ),
    "ETag": _header("What names this state of it; send it as `If-None-Match`.", '"3"'),
    "Location": _header(
        "Where what was made can be read, or where to go on.",
        "/api/v1/interactions/123",
        required=True,
    ),
    "Link": _header(
        "The neighbouring pages: `next`, `prev` and `first` (RFC 8288).",
        '</api/v1/interactions?page=2>; rel="next"',
    ),
    "Content-Disposition": _header(
        "What to call the file (RFC 6266).",
        "attachment; filename=\"report.csv\"; filename*=UTF-8''Calls.csv",
    ),
    "Content-Range": _header("Which part of the file it is.", "bytes 0-999/5000"),
    "Retry-After": _header("After how many seconds to try again, where waiting helps.", 5),
    "WWW-Authenticate": _header("How to say who is calling (RFC 6750).", "Bearer", required=True),
    "Idempotent-Replayed": _header(
        "`true` when this repeats the answer to an earlier request with the same key.", "true"
    ),
    "Deprecation": _header("Since when it is not to be used any more (RFC 9745).", "@1781222400"),
    "Sunset": _header("From when on it may be gone (RFC 8594).", "Tue, 12 Jan 2027 00:00:00 GMT"),
}
"""`required`: the answer always has it, and a test would see it missing."""

_OF_LIMITS = [name for name in HEADERS if "RateLimit" in name]
_WAITING = {409, 423, 429, 503}
_TAGGED = {"InteractionRead", "InteractionPage", "SearchPage"}
"""What is answered with an entity tag, wherever it is answered."""

_WITHOUT_ADDRESS = {"addMember", "retryJob", "requestPasswordReset"}
"""What makes or accepts something that no operation reads by itself."""


@dataclass(frozen=True, slots=True)
class Place:
    """The operation that an answer is of."""

    path: str
    method: str
    operation: Json

    def header_names(self, status: int, response: Json) -> list[str]:
        """The headers that an answer with this status can have."""
        names = ["X-Request-ID"]
        if self.path.startswith(VERSION_1):
            names += _OF_LIMITS
        names += self._of_success(status, response) if status < 400 else self._of_error(status)
        if self.operation.get("deprecated"):
            names += self._of_deprecation()
        return list(dict.fromkeys(names))

    @property
    def is_usual(self) -> bool:
        """Whether its errors are those of all operations of the API."""
        return self.path.startswith(VERSION_1) and not self.operation.get("deprecated")

    def is_tagged(self, response: Json) -> bool:
        """Whether an answer can be known already by its entity tag."""
        schema = response.get("content", {}).get("application/json", {}).get("schema", {})
        return _name_of(schema) in _TAGGED

    def _of_success(self, status: int, response: Json) -> list[str]:
        content = response.get("content", {})
        schema = content.get("application/json", {}).get("schema", {})
        is_file = bool(content.keys() - {"application/json", "text/event-stream"})
        found = {
            "ETag": status == 304 or self.is_tagged(response) or self.path.endswith("/download"),
            "Location": status in {201, 202, 302, 303}
            and self.operation["operationId"] not in _WITHOUT_ADDRESS,
            "Link": self.method == "get" and _name_of(schema).endswith("Page"),
            "Content-Disposition": is_file,
            "Content-Range": status == 206,
            "Idempotent-Replayed": status < 300 and self._takes("idempotency-key"),
        }
        return [name for name, is_there in found.items() if is_there]

    def _of_error(self, status: int) -> list[str]:
        found = {
            "Retry-After": status in _WAITING,
            "WWW-Authenticate": status == 401,
            "Content-Range": status == 416,
        }
        return [name for name, is_there in found.items() if is_there]

    def _of_deprecation(self) -> list[str]:
        mark = self.operation.get(DEPRECATION, {})
        return [
            "Deprecation",
            *(["Sunset"] if mark.get("sunset") else []),
            *(["Link"] if mark.get("page") else []),
        ]

    def _takes(self, header: str) -> bool:
        parameters = self.operation.get("parameters", ())
        return any(one["name"].lower() == header for one in parameters)


def _name_of(schema: Json) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]
