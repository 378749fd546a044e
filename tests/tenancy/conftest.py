"""What the proof of isolation needs besides the application."""

import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.factories import Make
from tests.tenancy.world import World, make_world


@pytest.fixture
async def world(api: FastAPI, make: Make, admin_engine: AsyncEngine) -> World:
    """Two sites full of canaries, for this test alone."""
    return await make_world(api, make, admin_engine)
