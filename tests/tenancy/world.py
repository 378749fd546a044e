"""Two sites with everything in them that a site can have, each marked with a word of its own.

Whatever of the one turns up where only the other may be seen is a leak, and its canary shows it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID, uuid4

from fastapi import FastAPI
from sqlalchemy import Column, Date, DateTime, Integer, Table, Text, Uuid, inspect, select
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.vocabulary import Role
from app.models import (
    Base,
    Interaction,
    Job,
    Login,
    PasswordCredential,
    ReportSchedule,
    SavedSearch,
    Site,
    User,
)
from app.models.base import SiteOwned
from tests.factories import Make
from tests.imports.making import make_import, make_operation
from tests.privacy.making import make_export
from tests.reports.making import make_schedule, make_titled_report
from tests.saved_searches.making import make_search

Model = type[SiteOwned]
Key = tuple[int, int]

START = datetime(2026, 6, 12, 14, tzinfo=UTC)
HOUR = timedelta(hours=1)
MONTH = START.date().replace(day=1)

PRESCRIBED: Mapping[str, object] = {
    "type": "MEETING",
    "role": "viewer",
    "change_type": "CREATE",
    "timezone": "Europe/Paris",
    "start_datetime": START,
    "end_datetime": START + HOUR,
}
"""Columns of site-owned tables that cannot hold any text, or any time."""


@dataclass(frozen=True, slots=True)
class Place:
    """One site and what belongs to it.

    Attributes:
        site: The site; its name and description hold the canary.
        canary: A word that nothing else in the database holds.
        people: Somebody of each role; their names and addresses hold the canary.
        planted_by: Who wrote the rows, and holds the role of viewer.
        keys: The primary key of the row in each table; all the row's texts are the canary.
        search_id: A search of the writer's that is shared with the site.
        schedule_id: A schedule of the writer's with the canary in it.
        request_id: An export of the writer's about the site, with the canary in it.
        import_id: An import of the writer's, whose name and refused rows hold the canary.
        operation_id: An operation of the writer's.
        report_id: A report of the writer's about the site, with the canary in it.
    """

    site: Site
    canary: str
    people: Mapping[Role, User]
    planted_by: User
    keys: Mapping[Model, Key]
    search_id: int
    report_id: int
    schedule_id: int
    request_id: int
    import_id: int
    operation_id: UUID

    @property
    def interaction_id(self) -> int:
        """The interaction among the rows; the one in the history is its history."""
        return self.keys[Interaction][1]


@dataclass(frozen=True, slots=True)
class World:
    """The site that callers belong to and the one that they do not, and people without a canary.

    Attributes:
        ours: What the callers of the proof may see.
        theirs: What they may not.
        nobody: Somebody of no site.
        newcomer: Another one.
        both: A site_admin of both sites.
        system_admin: Somebody who may do all.
    """

    ours: Place
    theirs: Place
    nobody: User
    newcomer: User
    both: User
    system_admin: User


def table_of(model: Model) -> Table:
    """The table of a model, which the mixin alone does not have."""
    return cast("Table", inspect(model).local_table)


def site_owned_models() -> list[Model]:
    """All of them, in an order in which rows can be inserted."""
    order = [table.fullname for table in Base.metadata.sorted_tables]
    found = [mapper.class_ for mapper in Base.registry.mappers]
    owned = [model for model in found if issubclass(model, SiteOwned)]
    return sorted(owned, key=lambda model: order.index(table_of(model).fullname))


async def make_world(app: FastAPI, make: Make, admin_engine: AsyncEngine) -> World:
    """Make both places, and the people whose names are nobody's secret."""
    ours, theirs = [await make_place(app, make, admin_engine) for _ in range(2)]
    return World(
        ours=ours,
        theirs=theirs,
        nobody=await make.user(),
        newcomer=await make.user(),
        both=await make.member(ours.site, theirs.site, role=Role.SITE_ADMIN),
        system_admin=await make.admin(),
    )


async def make_place(app: FastAPI, make: Make, admin_engine: AsyncEngine) -> Place:
    """A site with its people, and a row in every table that a site owns.

    Whatever the date is today, one interaction is over and one is still to come; one is in the
    trash.
    """
    canary = f"canary{uuid4().hex[:16]}"
    site = await make.site(canary, description=f"About {canary}")
    people = {role: await make.member(site, role=role, **_names(role, canary)) for role in Role}
    planted_by = await make.user(**_names("writer", canary))
    keys = await plant(admin_engine, site, planted_by, canary)
    for year in (2001, 2099):
        start = START.replace(year=year)
        await make.interaction(
            site, planted_by, title=canary, start_datetime=start, end_datetime=start + HOUR
        )
    await make.trashed(site, planted_by, title=canary)
    query = {"q": canary}
    search_id = await make_search(
        admin_engine, planted_by, name=canary, query=query, shared_with=site.id
    )
    report_id = await make_titled_report(app, planted_by, site, title=canary)
    schedule_id = await make_schedule(admin_engine, planted_by, title=canary)
    return Place(
        site=site,
        canary=canary,
        people=people,
        planted_by=planted_by,
        keys=keys,
        search_id=search_id,
        report_id=report_id,
        schedule_id=schedule_id,
        request_id=await make_export(app, planted_by, site, person=canary),
        import_id=await make_import(app, planted_by, site, file_name=canary),
        operation_id=await make_operation(app, planted_by),
    )


async def plant(engine: AsyncEngine, site: Site, user: User, canary: str) -> dict[Model, Key]:
    """Put a row full of canaries into every table that a site owns; answers their keys."""
    keys: dict[Model, Key] = {}
    known: dict[str, object] = {"site_id": site.id}
    async with engine.begin() as connection:
        for model in sorted(site_owned_models(), key=lambda model: model is not Interaction):
            table = table_of(model)
            statement = insert(table).values(canary_row(model, user, canary, known))
            # Of what a site has but once, the first is enough.
            once = statement.on_conflict_do_nothing().returning(*table.primary_key)
            for row in await connection.execute(once):
                keys[model] = tuple(row)
            if model is Interaction:
                known["interaction_id"] = keys[model][1]
    return keys


def canary_row(
    model: Model, user: User, canary: str, known: Mapping[str, object]
) -> dict[str, object]:
    """The content of a row with the canary in every column that can hold it."""
    return {
        column.name: _value(column, user, canary, known)
        for column in table_of(model).columns
        if not _is_left_out(column, known)
    }


def _is_left_out(column: Column[Any], known: Mapping[str, object]) -> bool:
    if column.computed is not None:
        return True
    if column.name in known or column.name in PRESCRIBED or isinstance(column.type, Text | JSONB):
        return False
    is_optional = column.nullable or column.server_default is not None
    return column.identity is not None or (is_optional and not column.foreign_keys)


def _value(column: Column[Any], user: User, canary: str, known: Mapping[str, object]) -> object:
    if column.name in known:
        return known[column.name]
    if column.name in PRESCRIBED:
        return PRESCRIBED[column.name]
    if any(key.column.table is User.__table__ for key in column.foreign_keys):
        return user.id
    if column.name in ("before_state", "after_state"):
        return _state(canary)
    if isinstance(column.type, JSONB):
        return {"title": {"old": canary, "new": canary}}
    values = {Text: canary, Integer: 1, Date: MONTH, DateTime: START, Uuid: uuid4()}
    for kind, value in values.items():
        if isinstance(column.type, kind):
            return value
    raise LookupError(f"no canary for {column}: say in this file what it takes")


def _state(canary: str) -> dict[str, str]:
    """What history has of an interaction: such as could be brought back."""
    texts = ("title", "lead", "location", "description", "notes", "external_id")
    times = {"start_datetime": START.isoformat(), "end_datetime": (START + HOUR).isoformat()}
    kept = {"type": "MEETING", "timezone": "Europe/Paris"}
    return dict.fromkeys(texts, canary) | kept | times


def _names(role: str, canary: str) -> dict[str, str]:
    name = f"{role}.{canary}"
    return {"username": name, "email": f"{name}@example.org", "full_name": f"{role} {canary}"}


async def everything_of(admin_engine: AsyncEngine, place: Place) -> dict[str, list[str]]:
    """All that a place has, by table, to be compared with what it has later.

    The `access_denied` events are left out: they are what the refusals themselves add.
    """
    ids = [person.id for person in (*place.people.values(), place.planted_by)]
    statements = [
        select(table_of(model)).where(table_of(model).c.site_id == place.site.id)
        for model in site_owned_models()
    ]
    statements.append(select(Site.__table__).where(Site.__table__.c.id == place.site.id))
    statements.append(select(User.__table__).where(User.__table__.c.id.in_(ids)))
    statements += [
        select(model.__table__).where(model.__table__.c.user_id.in_(ids))
        for model in (PasswordCredential, Login)
    ]
    statements += [
        select(model.__table__).where(model.__table__.c.owner_id.in_(ids))
        for model in (SavedSearch, Job, ReportSchedule)
    ]
    async with admin_engine.connect() as connection:
        return {
            str(statement.get_final_froms()[0]): sorted(
                str(row)
                for row in await connection.execute(statement)
                if getattr(row, "action", None) != "access_denied"
            )
            for statement in statements
        }
