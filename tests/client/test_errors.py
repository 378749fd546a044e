"""Every refusal is an error of its own class."""

import httpx
import pytest

from app.client import APIError
from app.client.errors import BY_CODE, ServerError, ValidationFailedError
from app.client.reading import error_of
from app.core.errors import AppError


def registered(error: type[AppError]) -> set[str]:
    """The codes of an error and all its special cases."""
    special = [one for one in error.__subclasses__() if one.__module__ == AppError.__module__]
    return {error.code}.union(*(registered(one) for one in special))


def answer(status: int, body: object = None, **headers: str) -> httpx.Response:
    request = httpx.Request("GET", "http://test/api/v1/interactions?q=word")
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, json=body, headers=names, request=request)


def test_every_code_has_its_error_and_no_other_has_one() -> None:
    assert set(BY_CODE) == registered(AppError)


def test_an_error_tells_all_that_the_service_tells() -> None:
    told = {
        "code": "validation_error",
        "message": "Validation failed",
        "details": {"title": "Title is required"},
        "request_id": "abcdefgh",
    }
    error = error_of(answer(422, {"error": told}, Retry_After="7"))

    assert type(error) is ValidationFailedError
    assert (error.status, error.code, error.message) == (422, told["code"], told["message"])
    assert (error.details, error.request_id) == (told["details"], "abcdefgh")
    assert error.retry_after == 7
    assert str(error) == (
        "422 validation_error: Validation failed; title: Title is required (request abcdefgh)"
    )


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"error": {"code": "brand_new", "message": "Something"}}, 499, "brand_new"),
        ({"error": "a word"}, 502, "http_502"),
        (["error"], 502, "http_502"),
        (None, 404, "http_404"),
    ],
)
def test_what_is_not_known_is_an_error_all_the_same(body: object, status: int, code: str) -> None:
    error = error_of(answer(status, body))

    assert type(error) is APIError
    assert (error.status, error.code) == (status, code)
    assert error.details == {}


def test_a_page_of_a_proxy_is_an_error_too() -> None:
    page = httpx.Response(504, text="<h1>Gateway</h1>", request=httpx.Request("GET", "http://t"))

    assert str(error_of(page)) == "504 http_504: Gateway Timeout"


def test_retry_after_may_be_a_date() -> None:
    gone = error_of(answer(503, None, Retry_After="Wed, 21 Oct 2015 07:28:00 GMT"))
    odd = error_of(answer(503, None, Retry_After="soon"))

    assert (gone.retry_after, odd.retry_after) == (0, None)


def test_errors_can_be_caught_by_what_they_are() -> None:
    error = error_of(answer(500, {"error": {"code": "server_error", "message": "Ours"}}))

    with pytest.raises(ServerError):
        raise error
