"""Every error becomes one of the registered answers, here and nowhere else."""

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.database_errors import database_answer
from app.core.errors import AppError, MethodNotAllowed, ServerError
from app.core.http.answered import AnsweredError, answer_as_given
from app.core.http.answers import error_class, error_response
from app.core.http.body_schema import body_schema
from app.core.http.route_table import allowed_methods
from app.core.http.validation import validation_answer

logger = structlog.get_logger()


def install_error_handlers(app: FastAPI) -> None:
    """Replace FastAPI's own answers; `LastResortMiddleware` sees to all other exceptions."""
    app.add_exception_handler(HTTPException, _answer_to_http_exception)
    app.add_exception_handler(RequestValidationError, _answer)
    app.add_exception_handler(AppError, _answer)
    app.add_exception_handler(AnsweredError, answer_as_given)


async def _answer(request: Request, error: Exception) -> Response:
    return error_response(request.scope, answer_to(error, request.scope))


async def _answer_to_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  # by registration
    if error.status_code < 400:
        return Response(status_code=error.status_code, headers=error.headers)
    response = await _answer(request, error)
    if error.status_code == MethodNotAllowed.status:
        response.headers["Allow"] = ", ".join(allowed_methods(request.app, request.scope["path"]))
    return response


def answer_to(error: Exception, scope: Scope) -> AppError:
    """Translate any exception; what nobody foresaw is logged and becomes a server error."""
    if isinstance(error, AppError):
        return error
    if isinstance(error, ExceptionGroup):
        return answer_to(_most_telling(error), scope)
    if isinstance(error, HTTPException):
        known = error_class(error.status_code)()
        known.headers |= error.headers or {}
        return known
    if isinstance(error, RequestValidationError):
        return validation_answer(error.errors(), body_schema(scope))
    if answer := database_answer(error):
        return answer
    logger.error("unhandled_error", exc_info=error)
    return ServerError()


def _most_telling(group: ExceptionGroup[Exception]) -> Exception:
    """The error of a group to answer with: one that nobody foresaw, if there is any."""
    foreseen = (AppError, HTTPException, RequestValidationError, ExceptionGroup)
    return next(
        (one for one in group.exceptions if not isinstance(one, foreseen)), group.exceptions[0]
    )


class LastResortMiddleware:
    """Answer whatever exception comes this far, so that its answer has all our headers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run a request; an exception after the answer has begun can only cut it off."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        has_begun = False

        async def send_and_note(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self.app(scope, receive, send_and_note)
        except ClientDisconnect:
            return  # nobody is left to answer, and nothing is wrong
        except Exception as error:
            if has_begun:
                raise
            await error_response(scope, answer_to(error, scope))(scope, receive, send)
