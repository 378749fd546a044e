"""The proof over repository functions: those that read, given the ids of another site."""

import dataclasses
import importlib
import inspect
import pkgutil
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncEngine

import app
from app.audit_events.repository import Wanted
from app.core.config import Settings
from app.core.errors import AppError
from app.core.pagination import PageRequest
from app.interactions.filters import InteractionFilters
from app.jobs.filters import JobFilters
from app.models.base import Base
from app.privacy.pattern import pattern_of
from app.retention.rules import Rules, bounds_of
from app.statistics.question import Period, Question
from app.tenancy.session import ReadSession, WriteSession, scoped_session
from tests.tenancy.operations import UnknownToTheProofError
from tests.tenancy.statement_proof import scope_of
from tests.tenancy.world import Place, World

OF_EVERYBODY = frozenset(
    {
        "app.audit_events.repository.list_actor_names",  # who did what was just read
        "app.interactions.repository.list_users_by_id",  # who wrote the rows that were just read
        "app.sites.members.find_person",  # anybody can be made a member
        "app.users.repository.lock_user",  # for system administrators, who see everybody
    }
)
"""Functions that read users by id, and users belong to no site."""

READS = ("list_", "get_", "find_", "lock_", "count_")

Function = Callable[..., Awaitable[object]]


def reading_functions() -> Iterator[tuple[str, Function]]:
    """The functions of the application that read by means of a session of a scope."""
    for info in pkgutil.walk_packages(app.__path__, "app."):
        if info.ispkg or info.name == "app.tenancy.session":
            continue
        module = importlib.import_module(info.name)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            is_own = function.__module__ == module.__name__ and inspect.iscoroutinefunction(
                function
            )
            if is_own and name.startswith(READS) and _takes_a_session(function):
                yield f"{info.name}.{name}", function


def _takes_a_session(function: Function) -> bool:
    parameters = list(inspect.signature(function).parameters.values())
    return bool(parameters) and parameters[0].annotation in (ReadSession, WriteSession)


async def leaks_in_repositories(engine: AsyncEngine, world: World) -> list[str]:
    """The functions that told of the other site, asked for its rows in the scope of ours."""
    found = []
    for name, function in reading_functions():
        if name in OF_EVERYBODY:
            continue
        for place in (world.theirs, world.ours):
            async with scoped_session(engine, scope_of(world.ours)) as session:
                try:
                    told = await function(session, **_arguments(function, place))
                except AppError:
                    continue
            if _counts(told, world.theirs.site.id) or _mentions(told, world.theirs.canary):
                found.append(f"{name} told of the other site")
    return found


def _counts(told: object, site_id: int) -> bool:
    """Whether an answer is numbers by site, and has one for this site."""
    if not isinstance(told, Mapping):
        return False
    return site_id in told and all(isinstance(value, int) for value in told.values())


def _arguments(function: Function, place: Place) -> dict[str, object]:
    """What a function needs to look for what a place has.

    Raises:
        UnknownToTheProofError: It takes something that the proof does not know.
    """
    known: dict[str, object] = {
        "site_id": place.site.id,
        "site_ids": {place.site.id},
        "interaction_id": place.interaction_id,
        "user_id": place.planted_by.id,
        "interaction_ids": [place.interaction_id],
        "external_ids": [place.canary],
        "external_id": place.canary,
        "version": 1,
        "field": None,
        "page": PageRequest(page_size=100),
        "wanted": Wanted(with_system=False, limit=1000),
        "owner_id": place.planted_by.id,
        "user_ids": {place.planted_by.id},
        "key_id": 1,
        "search_id": place.search_id,
        "import_id": place.import_id,
        "operation_id": place.operation_id,
        "report_id": place.report_id,
        "schedule_id": place.schedule_id,
        "request_id": place.request_id,
        "pattern": pattern_of([place.canary], []),
        "bounds": bounds_of(Rules.of(None, Settings()), datetime.now(UTC)),
        "chosen": JobFilters(),
        "filters": InteractionFilters(),
        "asked": Question(InteractionFilters(), Period(), ("site", "lead")),
    }
    names = list(inspect.signature(function).parameters)[1:]
    if unknown := set(names) - known.keys():
        raise UnknownToTheProofError(f"{function.__qualname__} takes {unknown}")
    return {name: known[name] for name in names}


def _mentions(value: object, word: str) -> bool:
    """Whether a word is anywhere in what a function answered."""
    if isinstance(value, str):
        return word in value
    if isinstance(value, Mapping):
        return any(_mentions(part, word) for pair in value.items() for part in pair)
    if isinstance(value, Iterable):
        return any(_mentions(part, word) for part in value)
    if dataclasses.is_dataclass(value):
        names = [field.name for field in dataclasses.fields(value)]
        return any(_mentions(getattr(value, name), word) for name in names)
    if isinstance(value, Base):
        return any(_mentions(part, word) for part in vars(value).values())
    return False
