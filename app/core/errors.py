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


class Unauthorized(AppError):
    """No credentials, or credentials that are not valid."""

    status, code, message = 401, "unauthorized", "Authentication is required"

    challenge: ClassVar[str] = "Bearer"

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message, headers={"WWW-Authenticate": self.challenge})


class InvalidToken(Unauthorized):
    """A token that is none of ours, or whose login is over (RFC 6750, section 3.1)."""

    message, challenge = "The access token is not valid", 'Bearer error="invalid_token"'


class TokenExpired(InvalidToken):
    """The token was valid once; refresh it."""

    code, message = "token_expired", "The token has expired"


class InvalidCredentials(Unauthorized):
    """User name and password do not belong together, or the user may not log in."""

    code, message = "invalid_credentials", "The user name or the password is wrong"


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


class PayloadTooLarge(AppError):
    """The body is larger than this path takes."""

    status, code, message = 413, "payload_too_large", "The request body is too large"


class UnsupportedMediaType(AppError):
    """The body's media type is not one this path reads."""

    status, code, message = 415, "unsupported_media_type", "This media type is not supported"


class ValidationFailed(AppError):
    """The body was read, but a field or a business rule fails."""

    status, code, message = 422, "validation_error", "Validation failed"


class Unavailable(AppError):
    """A dependency is down, a statement ran out of time, or the service is full."""

    status, code, message = 503, "unavailable", "The service is not available just now"

    def __init__(self, message: str | None = None, *, retry_after: int = 5) -> None:
        super().__init__(message, headers={"Retry-After": str(retry_after)})


class ServerError(AppError):
    """Our fault; nothing internal is told."""
