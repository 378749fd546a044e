# Made by `make client` from app/client/asynchronous/reports.py: change that instead.

"""Files about interactions, made in the background."""

import time
from collections.abc import Callable, Iterator
from os import PathLike
from pathlib import Path

import httpx

from app.client.bodies import Json
from app.client.calls import call
from app.client.errors import JobFailedError, NoConnectionError
from app.client.reading import read_text
from app.client.receiving import Progress
from app.client.schemas import JobStatus, ReportCreate, ReportPage, ReportRead
from app.client.synchronous.downloads import Downloads
from app.client.synchronous.waiting import wait_for

SECONDS_BETWEEN_SIGNS = 45.0
"""The service gives a sign of life every 15 seconds while it is watched."""


class Reports(Downloads):
    """`/reports`."""

    def request_report(self, body: ReportCreate | Json) -> ReportRead:
        """Ask for a report; it is made in the background.

        Example:
            report = client.request_report({"kind": "interaction_export", "format": "csv"})
        """
        return self._answer(ReportRead, call("POST", "/reports", body=body))

    def list_reports(self, *, page: int = 1, page_size: int = 20) -> ReportPage:
        """A page of the caller's reports, newest first.

        Example:
            newest = client.list_reports(page_size=5).reports
        """
        query = {"page": page, "page_size": page_size}
        return self._answer(ReportPage, call("GET", "/reports", query=query))

    def iter_reports(self, *, page_size: int = 100) -> Iterator[ReportRead]:
        """All of the caller's reports.

        Example:
            sizes = [one.file.size for one in client.iter_reports() if one.file]
        """
        return self._walk(self.list_reports, lambda page: page.reports, page_size=page_size)

    def get_report(self, report_id: int) -> ReportRead:
        """Read a report, and how far it is.

        Example:
            print(client.get_report(report_id).progress)
        """
        return self._answer(ReportRead, call("GET", "/reports/{}", report_id))

    def watch_report(self, report_id: int) -> Iterator[ReportRead]:
        """A report whenever it has got further, up to its end; over lost connections too.

        Example:
            for report in client.watch_report(report_id):
                print(report.status, report.progress)
        """
        asked = call("GET", "/reports/{}/events", report_id, read_seconds=SECONDS_BETWEEN_SIGNS)
        tried = 0
        while True:
            tried += 1
            failure: httpx.RequestError | None = None
            try:
                with self._transport.stream(self._narrowed(asked)) as response:
                    for line in response.iter_lines():
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
            time.sleep(seconds)

    def download_report(
        self, report_id: int, path: str | PathLike[str], *, on_progress: Progress | None = None
    ) -> Path:
        """Download the file of a report to a path; all of it, or an error and nothing.

        Args:
            report_id: Which one.
            path: Where it goes to.
            on_progress: Is told how many bytes have come, and how many there are.

        Example:
            client.download_report(report_id, folder / "interactions.csv")
        """
        return self._download(call("GET", "/reports/{}/download", report_id), path, on_progress)

    def drop_report(self, report_id: int) -> None:
        """Cancel a report, or drop its file.

        Example:
            client.drop_report(report_id)
        """
        self._send(call("DELETE", "/reports/{}", report_id))

    def wait_for_report(
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
            report = client.wait_for_report(report_id, seconds=600)
        """
        report = wait_for(
            lambda: self.get_report(report_id),
            lambda report: report.status.is_open,
            seconds=seconds,
            on_progress=on_progress,
        )
        if report.status is not JobStatus.SUCCEEDED:
            raise JobFailedError(report_id, report.status, report.error_code)
        return report

    def make_report(
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
            report = client.make_report(
                wanted,
                folder / "kickoffs.jsonl",
                on_progress=lambda report: print(f"{report.progress} %"),
            )
        """
        asked = self.request_report(body)
        report = self.wait_for_report(asked.id, seconds=seconds, on_progress=on_progress)
        self.download_report(report.id, path, on_progress=on_download)
        return report
