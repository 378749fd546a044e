"""The errors of the client: one class for each code that the API knows."""

from collections.abc import Mapping
from typing import Any, ClassVar


class IMSError(Exception):
    """Whatever the client raises on its own account."""


class NoConnectionError(IMSError):
    """There was no answer: no connection, or it was lost, and trying again did not help."""


class UnexpectedAnswerError(IMSError):
    """The answer is none of this API: another server, a proxy, or a release too far apart."""


class WaitTimeoutError(IMSError):
    """What was waited for has not come in the time that was given; it may still come."""


class JobFailedError(IMSError):
    """A job in the background has come to nothing.

    Attributes:
        job_id: Of the report, import, operation or request that was waited for.
        status: `failed`, `cancelled` or `expired`.
        code: Why, such as `timeout`; None where nothing is told.
    """

    def __init__(self, job_id: object, status: str, code: str | None) -> None:
        self.job_id, self.status, self.code = job_id, status, code
        super().__init__(f"{job_id} is {status}" + (f": {code}" if code else ""))


class APIError(IMSError):
    """The API has refused a call.

    Attributes:
        status: The HTTP status.
        code: What programs may compare.
        message: What people may read.
        details: The message of each field, or other facts; empty where there are none.
        request_id: What to name when asking those who run the service.
        retry_after: For how many seconds not to try again; None where nothing is said.
    """

    known_as: ClassVar[str] = ""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        details: Mapping[str, Any] | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        self.status, self.code, self.message = status, code, message
        self.details = dict(details or {})
        self.request_id, self.retry_after = request_id, retry_after
        super().__init__(status, code, message)

    def __str__(self) -> str:
        """All that there is to say, in one line."""
        told = [f"{self.status} {self.code}: {self.message}"]
        told += [f"{field}: {fault}" for field, fault in self.details.items()]
        return "; ".join(told) + (f" (request {self.request_id})" if self.request_id else "")


class BadRequestError(APIError):
    """The request cannot be read: a bad path or query parameter."""

    known_as = "bad_request"


class PageTooDeepError(BadRequestError):
    """Pages are numbered up to row 10,000; behind that, follow `next_cursor`."""

    known_as = "page_too_deep"


class InvalidCursorError(BadRequestError):
    """The cursor was given for other filters or to another caller."""

    known_as = "invalid_cursor"


class QueryTooBroadError(BadRequestError):
    """Finding out would take too long; ask for less."""

    known_as = "query_too_broad"


class HttpsRequiredError(BadRequestError):
    """The address of the client begins with http, and the service wants https."""

    known_as = "https_required"


class UnauthorizedError(APIError):
    """No credentials, or credentials that are not valid any more."""

    known_as = "unauthorized"


class TokenExpiredError(UnauthorizedError):
    """The token of a token source was valid once."""

    known_as = "token_expired"


class InvalidCredentialsError(UnauthorizedError):
    """User name and password do not belong together, or a second factor is asked for."""

    known_as = "invalid_credentials"


class ForbiddenError(APIError):
    """The role does not allow it, or the site is not one of the caller's."""

    known_as = "forbidden"


class NotFoundError(APIError):
    """No such thing, or none that the caller may know of."""

    known_as = "not_found"


class MethodNotAllowedError(APIError):
    """The path exists, the method does not."""

    known_as = "method_not_allowed"


class NotAcceptableError(APIError):
    """None of the accepted media types can be served."""

    known_as = "not_acceptable"


class ConflictError(APIError):
    """A duplicate, or a state that does not allow it."""

    known_as = "conflict"


class PreconditionFailedError(APIError):
    """The version of `if_match` is not the current one; `details` tell what has changed."""

    known_as = "precondition_failed"


class PayloadTooLargeError(APIError):
    """The body is larger than this path takes."""

    known_as = "payload_too_large"


class UnsupportedMediaTypeError(APIError):
    """The body's media type is not one this path reads."""

    known_as = "unsupported_media_type"


class RangeNotSatisfiableError(APIError):
    """The part that was asked for is not within the file."""

    known_as = "range_not_satisfiable"


class ValidationFailedError(APIError):
    """The body was read, but a field or a business rule fails; `details` say which."""

    known_as = "validation_error"


class IdempotencyMismatchError(APIError):
    """The key of a call was used for another one before."""

    known_as = "idempotency_mismatch"


class LockedError(APIError):
    """Too many failed logins to this account from this address."""

    known_as = "locked"


class PreconditionRequiredError(APIError):
    """A browser session has to say which version it has changed."""

    known_as = "precondition_required"


class RateLimitedError(APIError):
    """More calls than allowed in this time."""

    known_as = "rate_limited"


class ServerError(APIError):
    """The service's fault; nothing internal is told."""

    known_as = "server_error"


class UnavailableError(APIError):
    """A dependency is down, a statement ran out of time, or the service is full."""

    known_as = "unavailable"


def _all_below(error: type[APIError]) -> list[type[APIError]]:
    return [one for special in error.__subclasses__() for one in (special, *_all_below(special))]


BY_CODE = {error.known_as: error for error in _all_below(APIError)}
"""The class for each code; a code that is not known yet becomes an `APIError`."""
