"""The registry of errors: one class per meaning, with its status and code.

Raised anywhere, rendered once (`core.http`). The documentation lists this module's classes.
"""

from typing import ClassVar


class AppError(Exception):
    """An error with an answer of its own.

    Attributes:
        status: HTTP status code.
        code: Stable, machine-readable name that clients may compare.
        details: Message per field (`filters.0.value` for nested ones), or other structured facts.
        headers: Response headers that go with it, such as `Retry-After`.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "server_error"
    message: ClassVar[str] = "Something went wrong on our side"

    def __init__(
        self,
        message: str | None = None,
        *,
        details: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        self.text = message or self.message
        self.details = details
        self.headers = headers or {}
        super().__init__(self.text)


class BadRequest(AppError):
    """The request cannot be read: malformed JSON, bad path or query parameter."""

    status, code, message = 400, "bad_request", "The request cannot be read"


class PageTooDeep(BadRequest):
    """Pages are numbered up to row 10,000; behind that, follow `next_cursor`."""

    code = "page_too_deep"
    message = "Pages are numbered up to row 10,000; continue with cursor"


class InvalidCursor(BadRequest):
    """The cursor is none of ours, or was given for other filters or another caller."""

    code, message = "invalid_cursor", "The cursor is not valid for this request"


class QueryTooBroad(BadRequest):
    """Finding out would take too long; ask for less."""

    code = "query_too_broad"
    message = "This takes too long: narrow it by site, date or type, or add a longer word"


class HttpsRequired(BadRequest):
    """A proxy says that the request came unencrypted; what it carried may have been read."""

    code, message = "https_required", "Use https; what was sent may have been read on the way"


class Unauthorized(AppError):
    """No credentials, or credentials that are not valid."""

    status, code, message = 401, "unauthorized", "Authentication is required"

    challenge: ClassVar[str] = "Bearer"

    def __init__(
        self, message: str | None = None, *, details: dict[str, object] | None = None
    ) -> None:
        challenge = {"WWW-Authenticate": self.challenge}
        super().__init__(message, details=details, headers=challenge)


class InvalidToken(Unauthorized):
    """A token that is none of ours, or whose login is over (RFC 6750, section 3.1)."""

    message, challenge = "The access token is not valid", 'Bearer error="invalid_token"'


class TokenExpired(InvalidToken):
    """The token was valid once; refresh it."""

    code, message = "token_expired", "The token has expired"


class InvalidCredentials(Unauthorized):
    """User name and password do not belong together, or the user may not log in."""

    code, message = "invalid_credentials", "The user name or the password is wrong"


class SecondFactorNeeded(Unauthorized):
    """The password is right, and the account asks for a code besides."""

    code, message = "invalid_credentials", "This account needs a code besides the password"


class Forbidden(AppError):
    """The role does not allow it, or the site named is not one of the caller's."""

    status, code, message = 403, "forbidden", "You may not do this"


class NotFound(AppError):
    """No such thing, or none that the caller may know of."""

    status, code, message = 404, "not_found", "There is no such thing"


class MethodNotAllowed(AppError):
    """The path exists, the method does not."""

    status, code, message = 405, "method_not_allowed", "This path does not take that method"


class NotAcceptable(AppError):
    """The client accepts none of the media types there are."""

    status, code, message = 406, "not_acceptable", "None of the accepted media types can be served"


class Conflict(AppError):
    """A duplicate, or a state that does not allow it."""

    status, code, message = 409, "conflict", "This conflicts with what is stored"


class PreconditionFailed(AppError):
    """The version named is not the current one."""

    status, code, message = 412, "precondition_failed", "It has been changed in the meantime"


class PreconditionRequired(AppError):
    """A page of a browser has to say which version it has changed."""

    status, code = 428, "precondition_required"
    message = "Send If-Match with the ETag of the version that you have changed"


class PayloadTooLarge(AppError):
    """The body is larger than this path takes."""

    status, code, message = 413, "payload_too_large", "The request body is too large"


class UnsupportedMediaType(AppError):
    """The body's media type is not one this path reads."""

    status, code, message = 415, "unsupported_media_type", "This media type is not supported"


class RangeNotSatisfiable(AppError):
    """The part that was asked for is not within the file."""

    status, code, message = 416, "range_not_satisfiable", "The file has no such part"


class ValidationFailed(AppError):
    """The body was read, but a field or a business rule fails."""

    status, code, message = 422, "validation_error", "Validation failed"


class IdempotencyMismatch(ValidationFailed):
    """The key was given to another request before."""

    code = "idempotency_mismatch"
    message = "This Idempotency-Key was used for another request"


class Locked(AppError):
    """Too many failed logins to this account from this address."""

    status, code, message = 423, "locked", "Too many failed logins; try again later"

    def __init__(self, *, retry_after: int) -> None:
        super().__init__(headers={"Retry-After": str(retry_after)})


class RateLimited(AppError):
    """More requests than allowed in this time."""

    status, code, message = 429, "rate_limited", "Too many requests; slow down"

    def __init__(self, *, retry_after: int = 60) -> None:
        super().__init__(headers={"Retry-After": str(retry_after)})


class Unavailable(AppError):
    """A dependency is down, a statement ran out of time, or the service is full."""

    status, code, message = 503, "unavailable", "The service is not available just now"

    def __init__(self, message: str | None = None, *, retry_after: int = 5) -> None:
        super().__init__(message, headers={"Retry-After": str(retry_after)})


class ServerError(AppError):
    """Our fault; nothing internal is told."""
