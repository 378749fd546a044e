"""Background jobs that a request asks for, as a dependency of its route."""

from collections.abc import AsyncIterator, Mapping
from typing import Annotated

from fastapi import Depends, Path, Request

from app.auth.authentication import Authentication
from app.auth.dependencies import CurrentAuthentication, Engine
from app.core.database import unscoped_transaction
from app.core.errors import Unavailable
from app.core.fields import Id
from app.core.queue import JobQueue
from app.core.storage import Storage
from app.core.vocabulary import JobKind
from app.idempotency.keys import CurrentRequestKey
from app.idempotency.repository import forget_answer
from app.jobs.creating import NewJob, create_job
from app.jobs.queue import START_JOB
from app.jobs.repository import withdraw_job
from app.models import Job
from app.tenancy.scope import SiteScope
from app.tenancy.session import WriteSession

JobId = Annotated[Id, Path(description="The job's id.")]


class NewJobs:
    """The jobs of one request: none of them may do more than its credential."""

    def __init__(self, authentication: Authentication) -> None:
        self._highest_role = authentication.highest_role
        self._api_key_id = authentication.api_key_id
        self.job_ids: list[int] = []

    async def add(
        self,
        session: WriteSession,
        kind: JobKind,
        parameters: Mapping[str, object],
        *,
        scope: SiteScope | None = None,
    ) -> Job:
        """Have something done if the session's transaction is committed.

        Args:
            session: Of the caller, for whom it is done.
            kind: What is done.
            parameters: With what.
            scope: The sites that it may be about, if not all of the session's.
        """
        row = await create_job(
            session,
            NewJob(
                owner_id=session.scope.user_id,
                kind=kind,
                parameters=parameters,
                site_ids=(scope or session.scope).site_ids,
                highest_role=self._highest_role,
                api_key_id=self._api_key_id,
            ),
        )
        self.tell_of(row)
        return row

    def tell_of(self, job: Job) -> None:
        """Have the worker told of a job once all is committed."""
        self.job_ids.append(job.id)


async def get_new_jobs(
    request: Request,
    engine: Engine,
    authentication: CurrentAuthentication,
    key: CurrentRequestKey,
) -> AsyncIterator[NewJobs]:
    """What the request wants done; the worker hears of it when all is committed.

    Raises:
        Unavailable: It did not hear of it, and the job is taken back.
    """
    jobs = NewJobs(authentication)
    yield jobs
    queue: JobQueue = request.app.state.jobs
    for job_id in jobs.job_ids:
        try:
            await queue.enqueue(START_JOB, job_id)
        except Unavailable:
            async with unscoped_transaction(engine) as session:
                is_taken_back = await withdraw_job(session, job_id)
                if is_taken_back and key is not None:
                    await forget_answer(session, key)
            if is_taken_back:
                raise


NewJobsAfterCommit = Annotated[NewJobs, Depends(get_new_jobs, scope="function")]
"""To be named before the session: what a route depends on first is left last."""


async def get_storage(request: Request) -> Storage:
    """Where the files lie."""
    storage: Storage = request.app.state.storage
    return storage


CurrentStorage = Annotated[Storage, Depends(get_storage)]
