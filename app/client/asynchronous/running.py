"""For those who run the service: its health, its keys, its jobs, and what happened."""

from collections.abc import AsyncIterator, Sequence
from typing import Any, TypeAlias

from app.client.asynchronous.operations import Operations
from app.client.calls import Caller, call
from app.client.parameters import Moment, SiteIds
from app.client.schemas import (
    AuditEventRead,
    AuditPage,
    JobKind,
    JobPage,
    JobRead,
    JobStatus,
    Jwks,
    Liveness,
    Readiness,
)

JobKinds: TypeAlias = Sequence[JobKind | str] | JobKind | str | None
JobStatuses: TypeAlias = Sequence[JobStatus | str] | JobStatus | str | None


class Running(Operations):
    """`/health`, `/.well-known`, `/jobs` and `/audit-events`."""

    async def get_liveness(self) -> Liveness:
        """Whether the process lives.

        Example:
            await client.get_liveness()
        """
        asked = call("GET", "/health/live", caller=Caller.NOBODY, prefix="")
        return await self._answer(Liveness, asked)

    async def get_readiness(self) -> Readiness:
        """Whether the process can work; also when it cannot, that is an answer and no error.

        Example:
            print((await client.get_readiness()).status)
        """
        cannot = frozenset({503})
        asked = call("GET", "/health/ready", caller=Caller.NOBODY, prefix="", answers=cannot)
        return await self._answer(Readiness, asked)

    async def get_jwks(self) -> Jwks:
        """The public keys that access tokens are signed with.

        Example:
            keys = (await client.get_jwks()).keys
        """
        asked = call("GET", "/.well-known/jwks.json", caller=Caller.NOBODY, prefix="")
        return await self._answer(Jwks, asked)

    async def list_jobs(
        self,
        *,
        kind: JobKinds = None,
        status: JobStatuses = None,
        owner_id: int | None = None,
        page: int = 1,
        page_size: int = 20,
    ) -> JobPage:
        """A page of the jobs in the background, newest first, and how long the queue is.

        Example:
            failed = await client.list_jobs(status="failed")
            print(failed.queue.queued)
        """
        query = {"kind": kind, "status": status, "owner_id": owner_id}
        asked = call("GET", "/jobs", query=query | {"page": page, "page_size": page_size})
        return await self._answer(JobPage, asked)

    def iter_jobs(
        self,
        *,
        kind: JobKinds = None,
        status: JobStatuses = None,
        owner_id: int | None = None,
        page_size: int = 100,
    ) -> AsyncIterator[JobRead]:
        """All jobs in the background, newest first.

        Example:
            ids = [job.id async for job in client.iter_jobs(status=["queued", "running"])]
        """
        sought: dict[str, Any] = {"kind": kind, "status": status, "owner_id": owner_id}
        return self._walk(self.list_jobs, lambda page: page.jobs, page_size=page_size, **sought)

    async def retry_job(self, job_id: int) -> JobRead:
        """Have a job that failed done once more.

        Example:
            await client.retry_job(failed_job_id)
        """
        return await self._answer(JobRead, call("POST", "/jobs/{}/retry", job_id))

    async def list_audit_events(
        self,
        *,
        site_id: SiteIds = None,
        user_id: int | None = None,
        action: Sequence[str] | str | None = None,
        from_: Moment | None = None,
        to: Moment | None = None,
        page: int = 1,
        page_size: int = 20,
        cursor: str | None = None,
    ) -> AuditPage:
        """A page of what happened, newest first.

        Example:
            page = await client.list_audit_events(site_id=site_id, action="member.added")
        """
        query = {
            "site_id": site_id,
            "user_id": user_id,
            "action": action,
            "from_": from_,
            "to": to,
            "page": page,
            "page_size": page_size,
            "cursor": cursor,
        }
        return await self._answer(AuditPage, call("GET", "/audit-events", query=query))

    def iter_audit_events(
        self,
        *,
        site_id: SiteIds = None,
        user_id: int | None = None,
        action: Sequence[str] | str | None = None,
        from_: Moment | None = None,
        to: Moment | None = None,
        page_size: int = 100,
    ) -> AsyncIterator[AuditEventRead]:
        """All that happened, newest first.

        Example:
            async for event in client.iter_audit_events(site_id=site_id, from_="2026-06-01"):
                print(event.at, event.action, event.actor)
        """
        sought: dict[str, Any] = {"site_id": site_id, "user_id": user_id, "action": action}
        return self._walk(
            self.list_audit_events,
            lambda page: page.audit_events,
            page_size=page_size,
            from_=from_,
            to=to,
            **sought,
        )
