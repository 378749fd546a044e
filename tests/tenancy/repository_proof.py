"""The proof over repository functions: each that reads, found by itself, given another site's ids."""

import importlib
import inspect
import pkgutil
from collections.abc import Awaitable, Callable, Iterator

from sqlalchemy.ext.asyncio import AsyncEngine

import app
from app.core.errors import AppError
from app.core.pagination import PageRequest
from app.core.vocabulary import Role
from app.interactions.filters import InteractionFilters
from app.models.base import Base
from app.tenancy.session import ReadSession, WriteSession, scoped_session
from tests.tenancy.operations import UnknownToTheProofError
from tests.tenancy.statement_proof import scope_of
from tests.tenancy.world import Place, World

READS = ("list_", "get_", "find_", "lock_", "count_")

Function = Callable[..., Awaitable[object]]


def reading_functions() -> Iterator[tuple[str, Function]]:
    """The functions of the application that read by means of a session of a scope."""
    for info in pkgutil.walk_packages(app.__path__, "app."):
        if info.ispkg or info.name == "app.tenancy.session":
            continue
        module = importlib.import_module(info.name)
        for name, function in inspect.getmembers(module, inspect.iscoroutinefunction):
            is_own = function.__module__ == module.__name__
            if is_own and name.startswith(READS) and _takes_a_session(function):
                yield f"{info.name}.{name}", function


def _takes_a_session(function: Function) -> bool:
    parameters = list(inspect.signature(function).parameters.values())
    return bool(parameters) and parameters[0].annotation in (ReadSession, WriteSession)


async def leaks_in_repositories(engine: AsyncEngine, world: World) -> list[str]:
    """The functions that told of the other site, asked for its rows in the scope of ours."""
    found = []
    for name, function in reading_functions():
        for place in (world.theirs, world.ours):
            told = await _told(engine, function, world, place)
            if world.theirs.canary in told or f"<{world.theirs.site.id}>" in told:
                found.append(f"{name} told of the other site")
    return found


async def _told(engine: AsyncEngine, function: Function, world: World, place: Place) -> str:
    for role in Role:
        async with scoped_session(engine, scope_of(world.ours, role=role)) as session:
            try:
                return _spelled_out(await function(session, **_arguments(function, world, place)))
            except AppError as refusal:
                return str(refusal)
    return ""
