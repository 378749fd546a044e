"""Which jobs are to be listed."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query

from app.core.fields import UserId
from app.core.http.parameter_group import parameter_group
from app.core.vocabulary import JobKind, JobStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFilters:
    """The filters, all of which have to hold."""

    kind: Annotated[
        list[JobKind] | None,
        Query(max_length=len(JobKind), description="Any of these; repeatable."),
    ] = None
    status: Annotated[
        list[JobStatus] | None,
        Query(max_length=len(JobStatus), description="Any of these; repeatable."),
    ] = None
    owner_id: Annotated[UserId | None, Query(description="Whose jobs.")] = None


Filters = Annotated[JobFilters, Depends(parameter_group(JobFilters))]
