"""`/health`: whether the process lives, and whether it can work."""

import asyncio

import structlog
from fastapi import APIRouter, Request, Response

from app.health.checks import check_database, check_redis
from app.health.schemas import Liveness, Readiness

READY_SECONDS = 2

logger = structlog.get_logger()

router = APIRouter(prefix="/health", tags=["health"])


@router.get("/live", operation_id="getLiveness")
async def get_liveness() -> Liveness:
    """Tell that the process lives; asks nothing of anybody."""
    return Liveness(status="ok")


@router.get("/ready", operation_id="getReadiness", responses={503: {"model": Readiness}})
async def get_readiness(request: Request, response: Response) -> Readiness:
    """Tell whether database and schema are there; without Redis the service is degraded."""
    state = request.app.state
    database, redis = await asyncio.gather(
        check_database(state.engine, seconds=READY_SECONDS),
        check_redis(state.redis, seconds=READY_SECONDS),
    )
    if database != "ok":
        response.status_code = 503
        return Readiness(status="unavailable", database=database, redis=redis)
    return Readiness(status="ok" if redis == "ok" else "degraded", database="ok", redis=redis)
