"""Files about interactions, made in the background."""

import asyncio
from collections.abc import AsyncIterator, Callable
from os import PathLike
from pathlib import Path

import httpx

from app.client.asynchronous.downloads import Downloads
from app.client.asynchronous.waiting import wait_for
from app.client.bodies import Json
from app.client.calls import call
from app.client.errors import JobFailedError, NoConnectionError
from app.client.reading import read_text
from app.client.receiving import Progress
from app.client.schemas import JobStatus, ReportCreate, ReportPage, ReportRead

SECONDS_BETWEEN_SIGNS = 45.0
"""The service gives a sign of life every 15 seconds while it is watched."""


class Reports(Downloads):
    """`/reports`."""

    async def request_report(self, body: ReportCreate | Json) -> ReportRead:
        """Ask for a report; it is made in the background.

        Example:
            report = await client.request_report({"kind": "interaction_export", "format": "csv"})
        """
        return await self._answer(ReportRead, call("POST", "/reports", body=body))

    async def list_reports(self, *, page: int = 1, page_size: int = 20) -> ReportPage:
        """A page of the caller's reports, newest first.

        Example:
            newest = (await client.list_reports(page_size=5)).reports
        """
        query = {"page": page, "page_size": page_size}
        return await self._answer(ReportPage, call("GET", "/reports", query=query))

    def iter_reports(self, *, page_size: int = 100) -> AsyncIterator[ReportRead]:
        """All of the caller's reports.

        Example:
            sizes = [one.file.size async for one in client.iter_reports() if one.file]
        """
        return self._walk(self.list_reports, lambda page: page.reports, page_size=page_size)

    async def get_report(self, report_id: int) -> ReportRead:
        """Read a report, and how far it is.

        Example:
            print((await client.get_report(report_id)).progress)
        """
        return await self._answer(ReportRead, call("GET", "/reports/{}", report_id))

    async def watch_report(self, report_id: int) -> AsyncIterator[ReportRead]:
        """A report whenever it has got further, up to its end; over lost connections too.

        Example:
            async for report in client.watch_report(report_id):
                print(report.status, report.progress)
        """
        asked = call("GET", "/reports/{}/events", report_id, read_seconds=SECONDS_BETWEEN_SIGNS)
        tried = 0
        while True:
            tried += 1
            failure: httpx.RequestError | None = None
            try:
                async with self._transport.stream(self._narrowed(asked)) as response:
                    async for line in response.aiter_lines():
                        if line.startswith("data: "):
                            report = read_text(ReportRead, line.removeprefix("data: "))
                            yield report
                            tried = 0
                            if not report.status.is_open:
                                return
            except httpx.RequestError as error:
                failure = error
            seconds = self._transport.retries.after_loss(tried, may_repeat=True)
            if seconds is None:
                raise NoConnectionError(f"{asked.path} broke off") from failure
            await asyncio.sleep(seconds)

    async def download_report(
        self, report_id: int, path: str | PathLike[str], *, on_progress: Progress | None = None
    ) -> Path:
        """Download the file of a report to a path; all of it, or an error and nothing.

        Args:
            report_id: Which one.
            path: Where it goes to.
            on_progress: Is told how many bytes have come, and how many there are.

        Example:
            await client.download_report(report_id, folder / "interactions.csv")
        """
        return await self._download(
            call("GET", "/reports/{}/download", report_id), path, on_progress
        )

    async def drop_report(self, report_id: int) -> None:
        """Cancel a report, or drop its file.

        Example:
            await client.drop_report(report_id)
        """
        await self._send(call("DELETE", "/reports/{}", report_id))

    async def wait_for_report(
        self,
        report_id: int,
        *,
        seconds: float | None = None,
        on_progress: Callable[[ReportRead], None] | None = None,
    ) -> ReportRead:
        """Wait until a report is made.

        Raises:
            JobFailedError: It has failed, was cancelled, or its file is gone.
            WaitTimeoutError: It takes longer than so many seconds.

        Example:
            report = await client.wait_for_report(report_id, seconds=600)
        """
        report = await wait_for(
            lambda: self.get_report(report_id),
            lambda report: report.status.is_open,
            seconds=seconds,
            on_progress=on_progress,
        )
        if report.status is not JobStatus.SUCCEEDED:
            raise JobFailedError(report_id, report.status, report.error_code)
        return report

    async def make_report(
        self,
        body: ReportCreate | Json,
        path: str | PathLike[str],
        *,
        seconds: float | None = None,
        on_progress: Callable[[ReportRead], None] | None = None,
        on_download: Progress | None = None,
    ) -> ReportRead:
        """Ask for a report, wait until it is made, and download it to a path.

        Args:
            body: Which report.
            path: Where its file goes to.
            seconds: How long to wait for it; None: as long as it takes.
            on_progress: Is shown the report whenever it is looked at.
            on_download: Is told how many bytes have come, and how many there are.

        Raises:
            JobFailedError: It cannot be made.
            WaitTimeoutError: It takes longer than `seconds`; it goes on being made.

        Example:
            wanted = {"kind": "interaction_export", "format": "jsonl", "filters": {"q": "kickoff"}}
            report = await client.make_report(
                wanted,
                folder / "kickoffs.jsonl",
                on_progress=lambda report: print(f"{report.progress} %"),
            )
        """
        asked = await self.request_report(body)
        report = await self.wait_for_report(asked.id, seconds=seconds, on_progress=on_progress)
        await self.download_report(report.id, path, on_progress=on_download)
        return report
