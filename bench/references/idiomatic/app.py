"""The idiomatic reference: what a good tutorial on FastAPI and SQLAlchemy leads to.

A session a request, ORM rows through pydantic, a token and its user looked up at each request,
ILIKE over five columns and a count. No row-level security: its role sees everything.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Annotated

from fastapi import FastAPI, HTTPException, Query
from sqlalchemy import URL
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from app.core.vocabulary import InteractionType
from bench.references.idiomatic import crud
from bench.references.idiomatic.models import Interaction
from bench.references.idiomatic.schemas import (
    InteractionCreate,
    InteractionPage,
    InteractionRead,
    InteractionUpdate,
)
from bench.references.idiomatic.security import Current, CurrentUser, Session


def create_app(socket_dir: str, database: str, *, pool_size: int) -> FastAPI:
    """Put the reference together."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        url = URL.create(
            "postgresql+asyncpg", "ims_migrator", database=database, query={"host": socket_dir}
        )
        engine = create_async_engine(url, pool_size=pool_size, max_overflow=0)
        app.state.sessions = async_sessionmaker(engine, expire_on_commit=False)
        yield
        await engine.dispose()

    app = FastAPI(lifespan=lifespan)
    prefix = "/api/v1/interactions"
    app.get(prefix, response_model=InteractionPage)(list_interactions)
    app.post(prefix, response_model=InteractionRead, status_code=201)(create_interaction)
    one = f"{prefix}/{{interaction_id}}"
    app.get(one, response_model=InteractionRead)(get_interaction)
    app.patch(one, response_model=InteractionRead)(update_interaction)
    return app


async def _found(session: Session, current: CurrentUser, interaction_id: int) -> Interaction:
    row = await crud.get_interaction(session, current.site_ids, interaction_id)
    if row is None:
        raise HTTPException(404, "Interaction not found")
    return row


async def get_interaction(interaction_id: int, session: Session, current: Current) -> Interaction:
    """Read one interaction."""
    return await _found(session, current, interaction_id)


async def list_interactions(
    session: Session,
    current: Current,
    page: Annotated[int, Query(ge=1)] = 1,
    page_size: Annotated[int, Query(ge=1, le=100)] = 20,
    q: str | None = None,
    type: InteractionType | None = None,  # noqa: A002 - the name of the parameter
    start_date: date | None = None,
    end_date: date | None = None,
) -> dict[str, object]:
    """List or search interactions."""
    rows, total = await crud.list_interactions(
        session,
        current.site_ids,
        offset=(page - 1) * page_size,
        limit=page_size,
        filters=crud.filters_of(q, type, start_date, end_date),
    )
    return {
        "interactions": rows,
        "total": total,
        "page": page,
        "page_size": page_size,
        "total_pages": -(-total // page_size),
    }


async def create_interaction(
    data: InteractionCreate, session: Session, current: Current
) -> Interaction:
    """Store an interaction."""
    if data.site_id not in current.site_ids:
        raise HTTPException(403, "Not one of your sites")
    return await crud.create_interaction(session, current.user.id, data)


async def update_interaction(
    interaction_id: int, data: InteractionUpdate, session: Session, current: Current
) -> Interaction:
    """Change an interaction."""
    row = await _found(session, current, interaction_id)
    changes = data.model_dump(exclude_unset=True)
    return await crud.update_interaction(session, row, current.user.id, changes)
