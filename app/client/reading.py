"""Answers as they are read."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from app.client.errors import BY_CODE, APIError, UnexpectedAnswerError

Answer = TypeVar("Answer", bound=BaseModel)


def read(answer: type[Answer], response: httpx.Response) -> Answer:
    """What an answer says.

    Raises:
        UnexpectedAnswerError: It is not of the form that this release knows.
    """
    return read_text(answer, response.content)


def read_text(answer: type[Answer], text: str | bytes) -> Answer:
    """The same of an answer that comes in pieces, each of which is one.

    Raises:
        UnexpectedAnswerError: It is not of the form that this release knows.
    """
    try:
        return answer.model_validate_json(text)
    except ValidationError as error:
        # Only where and why: what was answered may hold secrets, and the cause would show them.
        faults = [
            f"{'.'.join(map(str, fault['loc'])) or 'all of it'}: {fault['msg']}"
            for fault in error.errors(include_url=False, include_context=False, include_input=False)
        ]
    told = "; ".join(faults[:5])
    raise UnexpectedAnswerError(f"The answer is no {answer.__name__}: {told}")


def error_of(response: httpx.Response) -> APIError:
    """The error that an answer tells of, whoever has written it."""
    told = _told_by_the_service(response)
    status = response.status_code
    code = str(told.get("code") or f"http_{status}")
    details = told.get("details")
    return BY_CODE.get(code, APIError)(
        status,
        code,
        str(told.get("message") or _phrase(status)),
        details=details if isinstance(details, dict) else None,
        request_id=told.get("request_id") or response.headers.get("X-Request-ID"),
        retry_after=_seconds(response.headers.get("Retry-After")),
    )


def _told_by_the_service(response: httpx.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except ValueError:
        return {}  # a proxy's page, say
    error = body.get("error") if isinstance(body, dict) else None
    return error if isinstance(error, dict) else {}


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "An answer of an unknown kind"


def _seconds(text: str | None) -> float | None:
    """`Retry-After`: so many seconds, or a date (RFC 9110, section 10.2.3)."""
    if text is None:
        return None
    if text.isdecimal():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
