"""Every operation of the OpenAPI document, and how to call each of them for a given target.

What is not known here cannot be called, and that is a failure of the proof: a new operation, path
or query parameter has to be entered before the tests pass again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from app.identity.logins.refresh_token import RefreshToken
from tests.factories import PASSWORD, body, unique
from tests.starting import document

Json = dict[str, Any]

OTHER_PASSWORD = "another twelve characters"

PATH_NAMES = {
    "site_id",
    "interaction_id",
    "user_id",
    "session_id",
    "key_id",
    "search_id",
    "report_id",
    "import_id",
    "operation_id",
    "job_id",
    "schedule_id",
    "request_id",
    "external_id",
}
NOBODYS_SESSION = "00000000-0000-4000-8000-000000000000"


SOMETHING = {"session_id": NOBODYS_SESSION, "operation_id": NOBODYS_SESSION}
"""Ids that have the right form where 1 has not."""


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
        session_id: Where the caller is logged in.
        key_id: A key of the caller's.
        search_id: A saved search.
        report_id: A report of the caller's.
        import_id: An import of the caller's.
        operation_id: An operation of the caller's.
        job_id: A background job of whomever, which failed.
        schedule_id: A schedule of the caller's.
        request_id: An export of the caller's of what is held on one person.
        external_id: A key of another system.
    """

    site_id: int
    interaction_id: int
    user_id: int
    newcomer_id: int
    username: str = "nobody"
    refresh_token: str = "imsr_none"
    session_id: str = NOBODYS_SESSION
    key_id: int = 2**31 - 1
    search_id: int = 2**31 - 1
    report_id: int = 2**31 - 1
    import_id: int = 2**31 - 1
    operation_id: str = NOBODYS_SESSION
    job_id: int = 2**31 - 1
    schedule_id: int = 2**31 - 1
    request_id: int = 2**31 - 1
    external_id: str = "crm/1"


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

    @property
    def is_about_a_target(self) -> bool:
        """Whether its path names what it is about."""
        return "path" in self.parameters.values()

    def url(self, target: Target) -> str:
        """Where it is for a target."""
        names = {name for name, place in self.parameters.items() if place == "path"}
        if unknown := names - PATH_NAMES:
            raise UnknownToTheProofError(f"path parameters {unknown} of {self.id}")
        return self.path.format_map({name: getattr(target, name) for name in names})

    def needs(self) -> set[str]:
        """What of a target a call is about."""
        noting = _Noting()
        target = cast("Target", noting)
        for say in (self.url, self.query, self.body):
            say(target)
        return noting.named

    def any_url(self, **ids: object) -> str:
        """Where it is for things that need not be there, but for the ids that are given."""
        given = SOMETHING | ids
        return self.path.format_map({name: given.get(name, 1) for name in self.parameters})

    def body(self, target: Target) -> Json | None:
        """A valid body for a target, one that no other call has sent."""
        if not self.takes_body:
            return None
        if self.id not in BODIES:
            raise UnknownToTheProofError(f"the body of {self.id}")
        return BODIES[self.id](target)

    def query(self, target: Target | None = None) -> dict[str, str]:
        """What it needs in the query to do its work, for a target if it names its site there."""
        needed = QUERIES | ({"field": "title"} if self.id == "suggestValues" else {})
        query = {name: value for name, value in needed.items() if name in self.parameters}
        if target is not None and self.id in SITE_IN_QUERY:
            query["site_id"] = str(target.site_id)
        return query


class _Noting:
    """Stands in for a target, to find out what is asked of it."""

    def __init__(self) -> None:
        self.named: set[str] = set()

    def __getattr__(self, name: str) -> int:
        self.named.add(name)
        return 1


def sending(body: Json | None) -> Json:
    """How a body is sent: as JSON, but one with a file as a form."""
    if body is None or "file" not in body:
        return {"json": body}
    return {"files": {"file": ("rows.csv", body["file"])}}


def session_id_of(refresh_token: str) -> str:
    """The login that a refresh token is of."""
    token = RefreshToken.read(refresh_token)
    assert token is not None
    return str(token.row_id)


def _person() -> Json:
    name = unique("person")
    return {"username": name, "email": f"{name}@example.org", "full_name": name}


def _person_at(target: Target) -> Json:
    return {"person": unique("Ann Nobody"), "site_ids": [target.site_id]}


def _saved_search() -> Json:
    return {"name": unique("Search"), "query": {"q": "kickoff"}}


NOTHING_TO_SUCCEED_WITH = {
    "beginProviderLogin": 404,
    "finishProviderLogin": 404,
    "confirmPasswordReset": 422,
    "confirmSecondFactor": 409,
    "removeSecondFactor": 409,
}
"""What stands for success where a test has no provider, no link and no code."""

SHOWS_NO_SITE = {
    "listApiKeys",
    "listJobs",
    "getOperation",
    "getRetention",
    "previewRetention",
    "getPrivacyRequest",
    "downloadPrivacyExport",
}
"""What reads with a scope, for it may be needed at all, and shows no text that sites have, or
none to the callers of the proof: they are no system administrators."""

CHANGED_BY_READING = {"listAuditEvents", "listSessions", "previewRetention"}
"""What has one row more whenever it was read, or tells when it was read."""

QUERIES = {"force": "true", "state": "none", "code": "none"}
"""What operations need in their query."""

SITE_IN_QUERY = {"upsertInteraction"}
"""What writes to a site that its query names."""

SITE_OUT_OF_PATH = {"createInteraction", "batchInteractions", *SITE_IN_QUERY}
"""What is about a site, or its interactions, that its path does not name."""

BODIES: Mapping[str, Callable[[Target], Json]] = {
    "logIn": lambda target: {"username": target.username, "password": PASSWORD},
    "openSession": lambda target: {"username": target.username, "password": PASSWORD},
    "refreshTokens": lambda target: {"refresh_token": target.refresh_token},
    "changePassword": lambda _: {"current_password": PASSWORD, "new_password": OTHER_PASSWORD},
    "requestPasswordReset": lambda _: {"email": f"{unique('nobody')}@example.org"},
    "confirmPasswordReset": lambda _: {"token": "imsp_none", "new_password": OTHER_PASSWORD},
    "addSecondFactor": lambda _: {"password": PASSWORD},
    "confirmSecondFactor": lambda _: {"totp": "123456"},
    "removeSecondFactor": lambda _: {"password": PASSWORD, "totp": "123456"},
    "createApiKey": lambda target: {
        "name": unique("Key"),
        "site_ids": [target.site_id],
        "role": "viewer",
    },
    "requestReport": lambda target: {
        "kind": "interaction_export",
        "format": "csv",
        "filters": {"q": "kickoff"},
        "site_ids": [target.site_id],
    },
    "createReportSchedule": lambda _: {
        "kind": "interaction_export",
        "format": "csv",
        "cron": "0 7 * * MON",
    },
    "updateReportSchedule": lambda _: {"title": unique("Title")},
    "createSavedSearch": lambda _: _saved_search(),
    "replaceSavedSearch": lambda _: _saved_search(),
    "createSite": lambda _: {"name": unique("Site"), "timezone": "Europe/Paris"},
    "requestPrivacyExport": _person_at,
    "requestErasure": lambda target: _person_at(target) | {"dry_run": True},
    "replaceRetention": lambda _: {"interactions_years": 10, "trash_days": 30},
    "replaceSite": lambda _: {"name": unique("Site"), "timezone": "Europe/Paris"},
    "addMember": lambda target: {"user_id": target.newcomer_id, "role": "viewer"},
    "changeMember": lambda _: {"role": "editor"},
    "createUser": lambda _: _person() | {"password": PASSWORD},
    "replaceUser": lambda _: _person() | {"is_active": True, "is_system_admin": False},
    "searchInteractionsByTree": lambda _: {
        "where": {"field": "lead", "op": "neq", "value": "-"},
        "facets": ["type", "site", "lead"],
        "highlight": True,
    },
    "createImport": lambda _: {"file": "title,type,lead,start\n"},
    "updateImport": lambda _: {"tz": "Europe/Paris"},
    "createInteraction": lambda target: body(site_id=target.site_id),
    "replaceInteraction": lambda _: body(title=unique("Replaced")),
    "updateInteraction": lambda _: {"location": unique("Room")},
    "upsertInteraction": lambda target: body(
        title=unique("Replaced"), external_id=target.external_id
    ),
    "batchInteractions": lambda target: {
        "mode": "atomic",
        "items": [
            {"op": "create", "data": body(site_id=target.site_id)},
            {
                "op": "update",
                "id": target.interaction_id,
                "data": {"location": unique("Room")},
            },
        ],
    },
    "restoreInteraction": lambda _: {"version": 1},
}


def _read_operations() -> list[Operation]:
    return [
        Operation(
            id=operation["operationId"],
            method=method.upper(),
            path=path,
            description=operation["description"],
            parameters={item["name"]: item["in"] for item in operation.get("parameters", ())},
            takes_body="requestBody" in operation,
        )
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    ]


OPERATIONS = _read_operations()
