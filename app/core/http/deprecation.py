"""Saying of a route that it is not to be used any more: in the document, and in each answer."""

from datetime import UTC, date, datetime
from email.utils import format_datetime
from typing import Any

MARK = "x-deprecation"
"""Where the OpenAPI document says since when, until when, and where more is said."""


def deprecated(
    since: date, *, sunset: date | None = None, page: str | None = None
) -> dict[str, Any]:
    """The `openapi_extra=` of a route that clients are to leave.

    Args:
        since: From when on; may lie ahead.
        sunset: From when on it may be gone.
        page: The address of a page that says what to use instead.
    """
    told = {"since": since, "sunset": sunset, "page": page}
    mark = {name: str(value) for name, value in told.items() if value is not None}
    return {"deprecated": True, MARK: mark}


def deprecation_headers(mark: dict[str, str]) -> list[tuple[str, str]]:
    """What the answers of a marked route carry (RFC 9745, RFC 8594)."""
    headers = [("Deprecation", f"@{_moment(mark['since']).timestamp():.0f}")]
    relations = ["deprecation"]
    if "sunset" in mark:
        headers.append(("Sunset", format_datetime(_moment(mark["sunset"]), usegmt=True)))
        relations.append("sunset")
    if "page" in mark:
        links = (f'<{mark["page"]}>; rel="{relation}"' for relation in relations)
        headers.append(("Link", ", ".join(links)))
    return headers


def _moment(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC)
