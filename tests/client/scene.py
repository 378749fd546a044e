"""What the examples speak of: each name that an example has is made for it alone."""

import inspect
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.database import unscoped_transaction
from app.core.vocabulary import LinkKind, Role
from app.identity.passwords.repository import create_link
from app.models import Site, User
from tests.client.served import Service
from tests.factories import DEVICE, PASSWORD, Client, unique
from tests.identity.totp.authenticator import begin, set_up
from tests.imports.making import TEXT, make_import, make_operation
from tests.jobs.making import make_job
from tests.privacy.making import make_export
from tests.provider.journey import person, query_of, visit
from tests.reports.making import make_report, make_schedule
from tests.saved_searches.making import make_search

MEETINGS = "Subject,Who,Day\nKickoff of the new line,Emil,2026-06-12\n"


@dataclass(frozen=True, slots=True)
class Scene:
    """A system administrator who is an admin of a site as well, and what an example needs."""

    served: Service
    site: Site
    caller: User
    folder: Path

    @classmethod
    async def open(cls, served: Service, folder: Path) -> "Scene":
        """A site of its own, and who calls there."""
        site, caller = await served.make.site(), await served.make.admin()
        await served.make.membership(site, caller, Role.SITE_ADMIN)
        (folder / "meetings.csv").write_text(MEETINGS)
        (folder / "calendar.csv").write_text(TEXT)
        return cls(served, site, caller, folder)

    @property
    def api(self) -> FastAPI:
        """The application."""
        return self.served.api

    @property
    def engine(self) -> AsyncEngine:
        """Its engine."""
        engine: AsyncEngine = self.api.state.engine
        return engine

    async def of(self, names: Iterable[str]) -> dict[str, Any]:
        """The names that are known here, with what they stand for."""
        known = [name for name in names if name in NAMES]
        made = {name: NAMES[name](self) for name in known}
        return {name: await one if inspect.isawaitable(one) else one for name, one in made.items()}

    def http(self) -> Client:
        """What the caller calls with by hand."""
        headers = {"Authorization": f"Bearer {self.served.make.token(self.api, self.caller)}"}
        return Client(base_url=f"{self.served.url}/api/v1", headers=headers, trust_env=False)


async def _interaction(scene: Scene) -> int:
    return (await scene.served.make.interaction(scene.site, scene.caller)).id


async def _key(scene: Scene) -> int:
    return (await scene.served.make.api_key(scene.api, scene.caller, scene.site))[0].id


async def _key_text(scene: Scene) -> str:
    return (await scene.served.make.api_key(scene.api, scene.caller, scene.site))[1]


async def _member(scene: Scene) -> int:
    return (await scene.served.make.member(scene.site)).id


async def _user(scene: Scene) -> int:
    return (await scene.served.make.user()).id


async def _failed_job(scene: Scene) -> int:
    failed = {"status": "failed", "error_code": "timeout"}
    return await make_job(scene.engine, scene.caller, scene.site, **failed)


async def _refresh_token(scene: Scene) -> Any:
    service = scene.api.state.login_service
    return (await service.log_in(scene.caller.username, PASSWORD, DEVICE)).refresh_token


async def _link(scene: Scene) -> str:
    async with unscoped_transaction(scene.engine) as session:
        link = await create_link(
            session, scene.caller.id, kind=LinkKind.RESET, lifetime=timedelta(minutes=5)
        )
    return str(link)


async def _code(scene: Scene) -> str:
    async with scene.http() as client:
        return (await begin(client)).code()


async def _next_code(scene: Scene) -> str:
    async with scene.http() as client:
        return (await set_up(client)).code(ahead=1)


def _journey(scene: Scene) -> Callable[[str], Awaitable[dict[str, str]]]:
    """A person at a browser, who logs in at the provider and is sent back."""
    provider = scene.api.state.test_provider
    provider.reset()
    provider.set(user=person())

    async def journey(address: str) -> dict[str, str]:
        return query_of(await visit(address))

    return journey


NAMES: dict[str, Callable[[Scene], Any]] = {
    "url": lambda scene: scene.served.url,
    "username": lambda scene: scene.caller.username,
    "password": lambda _scene: PASSWORD,
    "folder": lambda scene: scene.folder,
    "new_name": lambda _scene: unique("new"),
    "site_id": lambda scene: scene.site.id,
    "external_id": lambda _scene: unique("external"),
    "interaction_id": _interaction,
    "api_key": _key_text,
    "key_id": _key,
    "member_id": _member,
    "user_id": _user,
    "search_id": lambda scene: make_search(scene.engine, scene.caller),
    "report_id": lambda scene: make_report(scene.api, scene.caller, scene.site),
    "schedule_id": lambda scene: make_schedule(scene.engine, scene.caller),
    "import_id": lambda scene: make_import(scene.api, scene.caller, scene.site),
    "operation_id": lambda scene: make_operation(scene.api, scene.caller),
    "request_id": lambda scene: make_export(scene.api, scene.caller, scene.site),
    "failed_job_id": _failed_job,
    "refresh_token": _refresh_token,
    "token_of_the_link": _link,
    "code_of_the_app": _code,
    "next_code": _next_code,
    "sent_back_from": _journey,
}
"""The names that examples may have, and what makes each."""
