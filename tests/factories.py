"""Making what a test speaks of: one line for each thing needed."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import httpx
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from app.auth.api_key_format import ApiKeyText
from app.auth.passwords import PasswordHasher
from app.core.database import unscoped_transaction
from app.core.vocabulary import LoginKind, LoginMethod, Role
from app.identity.logins.device import Device
from app.identity.logins.refresh_token import RefreshToken
from app.identity.logins.repository import NewLogin, create_login
from app.interactions.creating import create_interaction
from app.interactions.repository import delete_interaction, lock_interaction
from app.models import ApiKey, Interaction, Membership, PasswordCredential, Site, User
from app.tenancy.scope import SiteScope
from app.tenancy.session import scoped_session

PASSWORD = "twelve characters"
START = datetime(2026, 6, 12, 14, tzinfo=UTC)

DEVICE = Device(address="-", network="-", user_agent="tests")

Client = httpx.AsyncClient

_numbers = count(1)
_RUN = uuid4().hex[:8]


def new_login(expires_at: datetime) -> NewLogin:
    """A program's login that is about to be opened."""
    token = RefreshToken.new(uuid4())
    return NewLogin(
        id=token.row_id,
        kind=LoginKind.TOKEN,
        method=LoginMethod.PASSWORD,
        secret_hash=token.digest,
        expires_at=expires_at,
    )


def unique(word: str) -> str:
    """A word that no other test uses, in this process or another."""
    return f"{word}-{_RUN}-{next(_numbers)}"


def body(**over: Any) -> dict[str, Any]:
    """A valid interaction as JSON."""
    return {
        "title": "Project kickoff",
        "type": "MEETING",
        "lead": "John Smith",
        "start_datetime": "2026-06-12T14:00:00Z",
        "end_datetime": "2026-06-12T15:00:00Z",
        "timezone": "Europe/Paris",
        "location": "Room A",
        "description": "What was said.",
        "notes": None,
        "external_id": None,
    } | over


class Make:
    """Makes rows through the application's own role and, where there is one, its own function."""

    def __init__(self, engine: AsyncEngine, passwords: PasswordHasher) -> None:
        self._engine = engine
        self._passwords = passwords
        self._logins: dict[int, UUID] = {}
        self._password_hash: str | None = None

    async def site(self, name: str | None = None, **over: Any) -> Site:
        """A site."""
        row = Site(**{"name": name or unique("Site"), "timezone": "Europe/Paris"} | over)
        async with unscoped_transaction(self._engine) as session:
            session.add(row)
        return row

    async def user(self, **over: Any) -> User:
        """A user with the password of all test users, a login, and no site."""
        name = unique("user")
        row = User(
            **{"username": name, "email": f"{name}@example.org", "full_name": name.title()} | over
        )
        async with unscoped_transaction(self._engine) as session:
            session.add(row)
            await session.flush()
            session.add(PasswordCredential(user_id=row.id, password_hash=await self._hash()))
            login = new_login(datetime.now(UTC) + timedelta(days=1))
            await create_login(session, row.id, login, DEVICE)
        self._logins[row.id] = login.id
        return row

    async def _hash(self) -> str:
        """The hash of the password that all of them have: made once, for it takes its time."""
        if self._password_hash is None:
            self._password_hash = await self._passwords.hash_password(PASSWORD)
        return self._password_hash

    async def member(self, *sites: Site, role: Role = Role.EDITOR, **over: Any) -> User:
        """A new user with one role at some sites."""
        user = await self.user(**over)
        for site in sites:
            await self.membership(site, user, role)
        return user

    async def admin(self) -> User:
        """A system administrator."""
        return await self.user(is_system_admin=True)

    async def membership(self, site: Site, user: User, role: Role) -> None:
        """A role for a user who is there already."""
        async with scoped_session(self._engine, _all_at(site, user.id)) as session:
            session.add(Membership(site_id=site.id, user_id=user.id, role=role.value))

    async def interaction(self, site: Site, creator: User, **over: Any) -> Interaction:
        """An interaction with its history, as the API writes it."""
        content = {
            "title": "Project kickoff",
            "type": "MEETING",
            "lead": "John Smith",
            "start_datetime": START,
            "end_datetime": START + timedelta(hours=1),
            "timezone": "Europe/Paris",
            "location": "Room A",
            "description": "What was said.",
            "notes": None,
            "external_id": None,
        } | over
        async with scoped_session(self._engine, _all_at(site, creator.id)) as session:
            return await create_interaction(session, site.id, content)

    async def trashed(self, site: Site, creator: User, **over: Any) -> Interaction:
        """An interaction in the trash."""
        row = await self.interaction(site, creator, **over)
        async with scoped_session(self._engine, _all_at(site, creator.id)) as session:
            await delete_interaction(session, await lock_interaction(session, row.id))
        return row

    async def api_key(
        self, api: FastAPI, owner: User, *sites: Site, role: Role = Role.VIEWER
    ) -> tuple[ApiKey, str]:
        """A key of a user for some sites, and what a machine sends to use it."""
        key = ApiKeyText.new(is_live=False)
        row = ApiKey(
            owner_id=owner.id,
            name=unique("key"),
            public_id=key.public_id,
            role=role.value,
            site_ids=[site.id for site in sites],
            secret_hash=key.digest(api.state.secret_keys),
            expires_at=datetime.now(UTC) + timedelta(days=1),
        )
        async with unscoped_transaction(self._engine) as session:
            session.add(row)
        return row, str(key)

    def token(self, api: FastAPI, user: User) -> str:
        """An access token of the user's login."""
        issued: str = api.state.login_service.issuer.issue(
            user.id, self._logins[user.id], datetime.now(UTC)
        )
        return issued


async def session_headers(api: FastAPI, user: User) -> dict[str, str]:
    """What a page of ours sends for a user who has logged in with a browser."""
    secret = await api.state.browser_sessions.open(user.id, DEVICE, method=LoginMethod.PASSWORD)
    return {
        "Cookie": f"{api.state.session_cookie.name}={secret}",
        "X-CSRF-Token": api.state.csrf.token_for(secret.row_id),
        "Sec-Fetch-Site": "same-origin",
    }


def _all_at(site: Site, user_id: int) -> SiteScope:
    return SiteScope(user_id=user_id, roles={site.id: Role.SITE_ADMIN})
