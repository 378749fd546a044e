"""What the route of statistics depends on."""

from typing import Annotated

from fastapi import Depends, Request

from app.core.cache import Cache
from app.core.http.parameter_group import parameter_group
from app.interactions.dependencies import Filters
from app.statistics.filters import StatisticsChoice
from app.statistics.question import Question


async def get_cache(request: Request) -> Cache:
    """The cache of this process."""
    cache: Cache = request.app.state.cache
    return cache


async def get_question(
    choice: Annotated[StatisticsChoice, Depends(parameter_group(StatisticsChoice))],
    filters: Filters,
) -> Question:
    """All that is asked for."""
    return choice.question(filters)


CurrentCache = Annotated[Cache, Depends(get_cache)]
AskedQuestion = Annotated[Question, Depends(get_question)]
