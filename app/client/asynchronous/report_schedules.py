"""Reports that are made by the clock."""

from collections.abc import AsyncIterator

from app.client.asynchronous.operations import Operations
from app.client.bodies import Json
from app.client.calls import call
from app.client.schemas import (
    ReportScheduleCreate,
    ReportSchedulePage,
    ReportSchedulePatch,
    ReportScheduleRead,
)


class ReportSchedules(Operations):
    """`/report-schedules`."""

    async def create_report_schedule(self, body: ReportScheduleCreate | Json) -> ReportScheduleRead:
        """Have a report made whenever a cron line says so.

        Example:
            weekly = {"kind": "activity_summary", "format": "pdf", "cron": "0 7 * * MON"}
            schedule = await client.create_report_schedule(weekly | {"tz": "Europe/Paris"})
            print(schedule.next_runs)
        """
        return await self._answer(ReportScheduleRead, call("POST", "/report-schedules", body=body))

    async def list_report_schedules(
        self, *, page: int = 1, page_size: int = 20
    ) -> ReportSchedulePage:
        """A page of the caller's schedules, oldest first.

        Example:
            schedules = (await client.list_report_schedules()).report_schedules
        """
        query = {"page": page, "page_size": page_size}
        return await self._answer(ReportSchedulePage, call("GET", "/report-schedules", query=query))

    def iter_report_schedules(self, *, page_size: int = 100) -> AsyncIterator[ReportScheduleRead]:
        """All of the caller's schedules.

        Example:
            lines = [one.cron async for one in client.iter_report_schedules()]
        """
        return self._walk(
            self.list_report_schedules, lambda page: page.report_schedules, page_size=page_size
        )

    async def get_report_schedule(self, schedule_id: int) -> ReportScheduleRead:
        """Read a schedule.

        Example:
            schedule = await client.get_report_schedule(schedule_id)
        """
        return await self._answer(
            ReportScheduleRead, call("GET", "/report-schedules/{}", schedule_id)
        )

    async def update_report_schedule(
        self, schedule_id: int, body: ReportSchedulePatch | Json
    ) -> ReportScheduleRead:
        """Change a schedule; what is left out stays.

        Example:
            await client.update_report_schedule(schedule_id, {"is_active": False})
        """
        asked = call("PATCH", "/report-schedules/{}", schedule_id, body=body)
        return await self._answer(ReportScheduleRead, asked)

    async def delete_report_schedule(self, schedule_id: int) -> None:
        """Delete a schedule.

        Example:
            await client.delete_report_schedule(schedule_id)
        """
        await self._send(call("DELETE", "/report-schedules/{}", schedule_id))
