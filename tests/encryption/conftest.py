"""An application whose keys are just being changed, with values under the old one."""

import base64
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from app.core.config import Settings
from app.core.database import unscoped_transaction
from app.core.sealing import KeyRing
from app.core.vocabulary import Role
from app.interactions.confidential import context_of
from app.interactions.creating import create_interactions
from app.models import Site, User
from app.tenancy.scope import SiteScope
from app.tenancy.session import read_session, scoped_session
from tests.conftest import MakeMigrated
from tests.factories import START
from tests.own_app import OwnApp, own_app

OLD, NEW, LOST = b"o" * 32, b"n" * 32, b"l" * 32


@dataclass(frozen=True, slots=True)
class Deployment:
    """A running application with the new key first and the old one behind it."""

    app: OwnApp
    settings: Settings
    site: Site
    admin: User

    async def note(
        self, *notes: str, site: Site | None = None, key: bytes = OLD, **over: object
    ) -> list[int]:
        """Interactions with notes under a key; answers their ids."""
        site_id = (site or self.site).id
        scope = SiteScope(user_id=self.admin.id, roles={site_id: Role.SITE_ADMIN})
        content = {
            "title": "Project kickoff",
            "type": "MEETING",
            "lead": "John Smith",
            "start_datetime": START,
            "end_datetime": START.replace(hour=15),
            "timezone": "UTC",
            "description": "What was said.",
        }
        ring = KeyRing([key])
        contents = [
            content | over | {"sealed_notes": ring.seal(one, context=context_of(site_id))}
            for one in notes
        ]
        async with scoped_session(self.app.api.state.engine, scope) as session:
            return [row.id for row in await create_interactions(session, site_id, contents)]

    async def rows(self, statement: str) -> list[Any]:
        """What a statement finds at all sites."""
        engine = self.app.api.state.engine
        async with unscoped_transaction(engine) as session:
            ids = await session.scalars(text("SELECT id FROM app.sites"))
            scope = SiteScope(user_id=0, roles=dict.fromkeys(ids, Role.VIEWER))
        async with read_session(engine, scope) as session:
            return list(await session.execute(text(statement)))

    async def opened(self, *keys: bytes) -> dict[int, str]:
        """All notes by interaction, opened with some keys."""
        ring = KeyRing(keys)
        rows = await self.rows(
            "SELECT id, site_id, confidential_notes AS sealed FROM app.interactions"
            " WHERE confidential_notes IS NOT NULL"
        )
        return {row.id: ring.open(row.sealed, context=context_of(row.site_id)) for row in rows}


@pytest.fixture
async def deployment(make_migrated: MakeMigrated, settings: Settings) -> AsyncIterator[Deployment]:
    """A site, its admin, and an application whose keys have just been changed."""
    keys = tuple(SecretStr(base64.b64encode(key).decode()) for key in (NEW, OLD))
    wanted = Settings(**settings.model_dump() | {"encryption_keys": keys})
    async with own_app(make_migrated, wanted) as app:
        site = await app.make.site()
        admin = await app.make.member(site, role=Role.SITE_ADMIN)
        yield Deployment(app, app.api.state.settings, site, admin)
