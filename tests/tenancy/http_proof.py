"""The proof over HTTP: what each caller is answered, whatever they ask for."""

import itertools
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import httpx
from fastapi import FastAPI

from tests.factories import Client
from tests.tenancy.callers import REQUEST_ID, Caller
from tests.tenancy.operations import (
    SITE_OUT_OF_PATH,
    Json,
    Operation,
    Target,
    UnknownToTheProofError,
    sending,
)
from tests.tenancy.world import World


@dataclass(frozen=True, slots=True)
class Call:
    """One request."""

    method: str
    url: str
    query: tuple[tuple[str, str], ...]
    body: Json | None

    def holds(self, word: str) -> bool:
        """Whether the caller said the word first."""
        return any(word in value for _, value in self.query)

    def __str__(self) -> str:
        return f"{self.method} {self.url} {dict(self.query)} {self.body or ''}"


@dataclass(slots=True)
class Findings:
    """What came of calling an operation."""

    leaks: list[str] = field(default_factory=list)
    statuses: set[int] = field(default_factory=set)
    shows_ours: bool = False

    @property
    def has_succeeded(self) -> bool:
        """Whether any call got through to what the operation does."""
        return any(200 <= status < 300 for status in self.statuses)


async def call_everyway(
    app: FastAPI, operation: Operation, callers: Sequence[Caller], world: World
) -> Findings:
    """Call an operation as each caller in all ways there are, and look for what is hidden."""
    findings = Findings()
    for caller in callers:
        async with client_of(app, caller) as client:
            for call in calls(operation, caller, world):
                response = await send(client, call)
                findings.statuses.add(response.status_code)
                findings.shows_ours |= world.ours.canary in response.text
                findings.leaks += leaks_of(caller, call, response)
    return findings


async def answers(
    app: FastAPI, operations: Sequence[Operation], callers: Sequence[Caller], world: World
) -> dict[str, str]:
    """What each caller reads at each operation: status, body and the headers that tell of it."""
    found = {}
    for caller in callers:
        async with client_of(app, caller) as client:
            for operation in operations:
                for call in calls(operation, caller, world):
                    response = await send(client, call)
                    # With names in it, the tag changes with anybody's name.
                    has_names = any(name == "include" for name, _ in call.query)
                    told = ("link",) if has_names else ("etag", "link")
                    headers = [response.headers.get(name) for name in told]
                    answer = f"{response.status_code} {headers} {response.text}"
                    found[f"{caller.name}: {call}"] = answer
    return found


@asynccontextmanager
async def client_of(app: FastAPI, caller: Caller) -> AsyncIterator[Client]:
    """A client that calls as somebody; a fault of the server is an answer like any other."""
    headers = caller.headers | {"X-Request-ID": REQUEST_ID}
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with Client(transport=transport, base_url="http://test", headers=headers) as client:
        yield client


async def send(client: Client, call: Call) -> httpx.Response:
    """Send a call."""
    return await client.request(
        call.method, call.url, params=list(call.query), **sending(call.body)
    )


def leaks_of(caller: Caller, call: Call, response: httpx.Response) -> list[str]:
    """What an answer tells that it must not; a fault of the server proves nothing either."""
    if response.status_code >= 500:
        return [f"{caller.name}: {call} answered {response.status_code}"]
    found = []
    for word in caller.hidden:
        told = response.text
        if not call.holds(word):
            told += str(response.headers)  # the links to other pages repeat the query
        elif response.is_success and _number_in(response) != 0:
            found.append(f"{caller.name}: {call} found something")
        if word in told:
            found.append(f"{caller.name}: {call} told of it")
    return found


def _number_in(response: httpx.Response) -> object:
    """How much an answer says there is."""
    answer = response.json()
    if "suggestions" in answer:
        return len(answer["suggestions"])
    return answer.get("total", answer.get("count"))


def calls(operation: Operation, caller: Caller, world: World) -> Iterator[Call]:
    """The ways of calling an operation: of our site, of theirs, and of theirs by way of ours."""
    for target in _targets(operation, caller, world):
        call = Call(
            operation.method,
            operation.url(target),
            tuple(operation.query(target).items()),
            operation.body(target),
        )
        yield call
        if target.site_id == world.ours.site.id or not operation.is_about_a_target:
            for pair in _parameters(operation, world):
                yield Call(call.method, call.url, (*call.query, pair), operation.body(target))


def _targets(operation: Operation, caller: Caller, world: World) -> Iterator[Target]:
    ours, theirs = (caller.target(world, place) for place in (world.ours, world.theirs))
    mixed = Target(
        site_id=ours.site_id,
        interaction_id=theirs.interaction_id,
        user_id=theirs.user_id,
        newcomer_id=ours.newcomer_id,
        search_id=theirs.search_id,
        import_id=theirs.import_id,
        operation_id=theirs.operation_id,
        report_id=theirs.report_id,
        schedule_id=theirs.schedule_id,
        request_id=theirs.request_id,
    )
    own = replace(
        ours,
        search_id=caller.search_id,
        report_id=caller.report_id,
        schedule_id=caller.schedule_id,
        request_id=caller.request_id,
        import_id=caller.import_id,
        operation_id=caller.operation_id,
    )
    seen = set()
    for target in (theirs, mixed, ours, own):
        is_about = (target.site_id, target.interaction_id)
        key = (operation.url(target), operation.id in SITE_OUT_OF_PATH and is_about)
        if key not in seen:
            seen.add(key)
            yield target


def _parameters(operation: Operation, world: World) -> Iterator[tuple[str, str]]:
    """Each query parameter once with each of the values that are worth trying."""
    theirs, ours = world.theirs, world.ours
    canaries = (theirs.canary, ours.canary)
    texts = dict.fromkeys(
        ("q", "title", "lead", "location", "description", "notes", "external_id", "prefix"),
        canaries,
    )
    days = dict.fromkeys(
        ("start_date", "from", "since", "overlaps_from", "updated_since"), ("2020-01-01",)
    )
    values: dict[str, Sequence[str]] = (
        texts
        | days
        | {
            "site_id": (str(theirs.site.id), str(ours.site.id)),
            "created_by": (str(theirs.planted_by.id), str(ours.planted_by.id)),
            "changed_by": (str(theirs.planted_by.id), str(ours.planted_by.id)),
            "change_type": ("CREATE",),
            "deleted": ("true",),
            "field": ("title",),
            "user_id": (str(theirs.planted_by.id), str(ours.planted_by.id)),
            "owner_id": (str(theirs.planted_by.id), str(ours.planted_by.id)),
            "kind": ("interaction_export",),
            "status": ("succeeded",),
            "action": ("interaction.created",),
            "type": ("meeting",),
            "timezone": ("Europe/Paris",),
            "tz": ("Europe/Paris",),
            "end_date": ("2099-01-01",),
            "to": ("2099-12-31",),
            "until": ("2099-12-31",),
            "by": ("type,month,site", "lead"),
            "overlaps_to": ("2099-01-01",),
            "sort": ("site_id,title", "-location"),
            "page": ("1", "2"),
            "page_size": ("100",),
            "limit": ("1", "50"),
            "cursor": ("none",),
            "count": ("exact", "none"),
            "include": ("statistics", "site,creator,updater"),
            "facets": ("type,site,lead,month",),
            "highlight": ("true",),
            "return_to": ("/",),
            # These are given as `QUERIES` has them, or are for nobody but a provider.
            **dict.fromkeys(("force", "state", "code", "iss", "error"), ()),
        }
    )
    named = [name for name, place in operation.parameters.items() if place == "query"]
    if unknown := set(named) - values.keys():
        raise UnknownToTheProofError(f"query parameters {unknown} of {operation.id}")
    return itertools.chain.from_iterable(
        ((name, value) for value in values[name]) for name in named
    )
