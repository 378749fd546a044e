"""Every operation of the OpenAPI document, and how to call each of them for a given target.

What is not known here cannot be called, and that is a failure of the proof: a new operation, path
or query parameter has to be entered before the tests pass again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.core.config import Settings
from app.main import create_app
from tests.factories import PASSWORD, body, unique

Json = dict[str, Any]


class UnknownToTheProofError(LookupError):
    """The proof does not know how to call an operation, so it proves nothing about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a call is about.

    Attributes:
        site_id: A site.
        interaction_id: An interaction of the site.
        user_id: A member of the site.
        newcomer_id: An active user who is not.
        username: Whom to log in.
        refresh_token: One that has not been used.
    """

    site_id: int
    interaction_id: int
    user_id: int
    newcomer_id: int
    username: str = "nobody"
    refresh_token: str = "imsr_none"


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the document."""

    id: str
    method: str
    path: str
    description: str
    parameters: Mapping[str, str]
    takes_body: bool

    @property
    def reads(self) -> bool:
        """Whether it leaves everything as it is."""
        return self.method == "GET"

    def url(self, target: Target) -> str:
        """Where it is for a target."""
        names = {name for name, place in self.parameters.items() if place == "path"}
        if unknown := names - {"site_id", "interaction_id", "user_id"}:
            raise UnknownToTheProofError(f"path parameters {unknown} of {self.id}")
        return self.path.format_map({name: getattr(target, name) for name in names})

    def body(self, target: Target) -> Json | None:
        """A valid body for a target, one that no other call has sent."""
        if not self.takes_body:
            return None
        if self.id not in BODIES:
            raise UnknownToTheProofError(f"the body of {self.id}")
        return BODIES[self.id](target)

    def query(self) -> dict[str, str]:
        """What it needs in the query to do its work."""
        return {"force": "true"} if "force" in self.parameters else {}


def _person() -> Json:
    name = unique("person")
    return {"username": name, "email": f"{name}@example.org", "full_name": name}


BODIES: Mapping[str, Callable[[Target], Json]] = {
    "logIn": lambda target: {"username": target.username, "password": PASSWORD},
    "refreshTokens": lambda target: {"refresh_token": target.refresh_token},
    "createSite": lambda _: {"name": unique("Site"), "timezone": "Europe/Paris"},
    "replaceSite": lambda _: {"name": unique("Site"), "timezone": "Europe/Paris"},
    "addMember": lambda target: {"user_id": target.newcomer_id, "role": "viewer"},
    "changeMember": lambda _: {"role": "editor"},
    "createUser": lambda _: _person() | {"password": PASSWORD},
    "replaceUser": lambda _: _person() | {"is_active": True, "is_system_admin": False},
    "createInteraction": lambda target: body(site_id=target.site_id),
    "replaceInteraction": lambda _: body(title=unique("Replaced")),
    "updateInteraction": lambda _: {"location": unique("Room")},
}


def _read_operations() -> list[Operation]:
    nowhere = Settings(database_url="postgresql+asyncpg://nowhere/", redis_url="redis://nowhere")
    document = create_app(nowhere).openapi()
    return [
        Operation(
            id=operation["operationId"],
            method=method.upper(),
            path=path,
            description=operation["description"],
            parameters={item["name"]: item["in"] for item in operation.get("parameters", ())},
            takes_body="requestBody" in operation,
        )
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


OPERATIONS = _read_operations()
