"""`/statistics`: how many interactions there are, and how long they last."""

from app.auth.dependencies import Engine
from app.core.http.routing import Router
from app.statistics import reading
from app.statistics.dependencies import AskedQuestion, CurrentCache
from app.statistics.schemas import Statistics
from app.tenancy.dependencies import ListedScope

router = Router(tags=["statistics"])


@router.get("/statistics", operation_id="getStatistics", response_model_exclude_unset=True)
async def get_statistics(
    engine: Engine, scope: ListedScope, cache: CurrentCache, question: AskedQuestion
) -> Statistics:
    """Count the interactions of the caller's sites that all filters let through, and their hours.

    With `by` there is a row for each combination that there is, in the order of the fields named;
    leads come by how many they have, the most first. Up to 1,000 rows are shown. A month is one
    of `tz`. Each interaction counts with its whole minutes.
    """
    return await reading.read_statistics(engine, cache, scope, question)
