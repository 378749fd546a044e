"""Parameters that belong together, as a dataclass that a route depends on."""

import inspect
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

T = TypeVar("T")


def parameter_group(group: type[T]) -> Callable[..., Awaitable[T]]:
    """A dependency that fills a dataclass from the request, field by field.

    FastAPI calls whatever is no coroutine function in a thread, also a mere constructor; that
    costs more than everything else about it.
    """

    async def fill(**values: Any) -> T:
        return group(**values)

    fill.__signature__ = inspect.signature(group)  # type: ignore[attr-defined]
    return fill
