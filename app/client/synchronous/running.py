# Made by `make client` from app/client/asynchronous/running.py: change that instead.

"""For those who run the service: its health, its keys, its jobs, and what happened."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

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
from app.client.synchronous.operations import Operations

JobKinds: TypeAlias = Sequence[JobKind | str] | JobKind | str | None
JobStatuses: TypeAlias = Sequence[JobStatus | str] | JobStatus | str | None


class Running(Operations):
    """`/health`, `/.well-known`, `/jobs` and `/audit-events`."""

    def get_liveness(self) -> Liveness:
        """Whether the process lives.

        Example:
            client.get_liveness()
        """
        asked = call("GET", "/health/live", caller=Caller.NOBODY, prefix="")
        return self._answer(Liveness, asked)

    def get_readiness(self) -> Readiness:
        """Whether the process can work; also when it cannot, that is an answer and no error.

        Example:
            print(client.get_readiness().status)
        """
        cannot = frozenset({503})
        asked = call("GET", "/health/ready", caller=Caller.NOBODY, prefix="", answers=cannot)
        return self._answer(Readiness, asked)

    def get_jwks(self) -> Jwks:
        """The public keys that access tokens are signed with.

        Example:
            keys = client.get_jwks().keys
        """
        asked = call("GET", "/.well-known/jwks.json", caller=Caller.NOBODY, prefix="")
        return self._answer(Jwks, asked)

    def list_jobs(
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
            failed = client.list_jobs(status="failed")
            print(failed.queue.queued)
        """
        query = {"kind": kind, "status": status, "owner_id": owner_id}
        asked = call("GET", "/jobs", query=query | {"page": page, "page_size": page_size})
        return self._answer(JobPage, asked)

    def iter_jobs(
        self,
        *,
        kind: JobKinds = None,
        status: JobStatuses = None,
        owner_id: int | None = None,
        page_size: int = 100,
    ) -> Iterator[JobRead]:
        """All jobs in the background, newest first.

        Example:
            ids = [job.id for job in client.iter_jobs(status=["queued", "running"])]
        """
        sought: dict[str, Any] = {"kind": kind, "status": status, "owner_id": owner_id}
        return self._walk(self.list_jobs, lambda page: page.jobs, page_size=page_size, **sought)

    def retry_job(self, job_id: int) -> JobRead:
        """Have a job that failed done once more.

        Example:
            client.retry_job(failed_job_id)
        """
        return self._answer(JobRead, call("POST", "/jobs/{}/retry", job_id))

    def list_audit_events(
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
            page = client.list_audit_events(site_id=site_id, action="member.added")
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
        return self._answer(AuditPage, call("GET", "/audit-events", query=query))

    def iter_audit_events(
        self,
        *,
        site_id: SiteIds = None,
        user_id: int | None = None,
        action: Sequence[str] | str | None = None,
        from_: Moment | None = None,
        to: Moment | None = None,
        page_size: int = 100,
    ) -> Iterator[AuditEventRead]:
        """All that happened, newest first.

        Example:
            for event in client.iter_audit_events(site_id=site_id, from_="2026-06-01"):
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
