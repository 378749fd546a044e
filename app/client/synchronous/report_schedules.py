# Made by `make client` from app/client/asynchronous/report_schedules.py: change that instead.

"""Reports that are made by the clock."""

from collections.abc import Iterator

from app.client.bodies import Json
from app.client.calls import call
from app.client.schemas import (
    ReportScheduleCreate,
    ReportSchedulePage,
    ReportSchedulePatch,
    ReportScheduleRead,
)
from app.client.synchronous.operations import Operations


class ReportSchedules(Operations):
    """`/report-schedules`."""

    def create_report_schedule(self, body: ReportScheduleCreate | Json) -> ReportScheduleRead:
        """Have a report made whenever a cron line says so.

        Example:
            weekly = {"kind": "activity_summary", "format": "pdf", "cron": "0 7 * * MON"}
            schedule = client.create_report_schedule(weekly | {"tz": "Europe/Paris"})
            print(schedule.next_runs)
        """
        return self._answer(ReportScheduleRead, call("POST", "/report-schedules", body=body))

    def list_report_schedules(self, *, page: int = 1, page_size: int = 20) -> ReportSchedulePage:
        """A page of the caller's schedules, oldest first.

        Example:
            schedules = client.list_report_schedules().report_schedules
        """
        query = {"page": page, "page_size": page_size}
        return self._answer(ReportSchedulePage, call("GET", "/report-schedules", query=query))

    def iter_report_schedules(self, *, page_size: int = 100) -> Iterator[ReportScheduleRead]:
        """All of the caller's schedules.

        Example:
            lines = [one.cron for one in client.iter_report_schedules()]
        """
        return self._walk(
            self.list_report_schedules, lambda page: page.report_schedules, page_size=page_size
        )

    def get_report_schedule(self, schedule_id: int) -> ReportScheduleRead:
        """Read a schedule.

        Example:
            schedule = client.get_report_schedule(schedule_id)
        """
        return self._answer(ReportScheduleRead, call("GET", "/report-schedules/{}", schedule_id))

    def update_report_schedule(
        self, schedule_id: int, body: ReportSchedulePatch | Json
    ) -> ReportScheduleRead:
        """Change a schedule; what is left out stays.

        Example:
            client.update_report_schedule(schedule_id, {"is_active": False})
        """
        asked = call("PATCH", "/report-schedules/{}", schedule_id, body=body)
        return self._answer(ReportScheduleRead, asked)

    def delete_report_schedule(self, schedule_id: int) -> None:
        """Delete a schedule.

        Example:
            client.delete_report_schedule(schedule_id)
        """
        self._send(call("DELETE", "/report-schedules/{}", schedule_id))
