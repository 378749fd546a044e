"""The file that tells the demo's logins to people and to programs."""

import json
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.database import unscoped_transaction
from app.core.vocabulary import Role
from app.demo.people import DEMO_PASSWORD, PEOPLE
from app.local.demo import DEMO
from app.local.state import prepare_state_dir, write_private
from app.models import Membership, Site, User
from app.tenancy.scope import SiteScope
from app.tenancy.session import read_session


async def write_logins(engine: AsyncEngine, state_dir: Path) -> None:
    """Write `demo.json` into the state directory; whoever starts the API adds the address."""
    async with unscoped_transaction(engine) as session:
        site_ids = list(await session.scalars(select(Site.id)))
    scope = SiteScope(user_id=0, roles=dict.fromkeys(site_ids, Role.VIEWER))
    usernames = [person.username for person in PEOPLE]
    async with read_session(engine, scope) as session:
        users = await session.scalars(
            select(User).where(User.username.in_(usernames)).order_by(User.id)
        )
        roles: dict[int, dict[str, str]] = {}
        for row in await session.scalars(select(Membership)):
            roles.setdefault(row.user_id, {})[str(row.site_id)] = row.role
        logins = [
            {
                "username": user.username,
                "password": DEMO_PASSWORD,
                "is_system_admin": user.is_system_admin,
                "sites": roles.get(user.id, {}),
            }
            for user in users
        ]
    content = json.dumps({"url": None, "users": logins}, indent=2, ensure_ascii=False)
    write_private(prepare_state_dir(state_dir) / DEMO, content + "\n")
