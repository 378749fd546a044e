"""Which function makes which report."""

from collections.abc import Mapping

from app.reports.exporting.csv_file import write_csv
from app.reports.exporting.jsonl_file import write_jsonl
from app.reports.kinds import ReportFormat, ReportKind
from app.reports.making import Maker
from app.reports.rendering.ics.export import write_calendar
from app.reports.rendering.xlsx.export import write_export
from app.reports.summary.making import make_pdf, make_workbook

MAKERS: Mapping[tuple[ReportKind, ReportFormat], Maker] = {
    (ReportKind.INTERACTION_EXPORT, ReportFormat.CSV): write_csv,
    (ReportKind.INTERACTION_EXPORT, ReportFormat.JSONL): write_jsonl,
    (ReportKind.INTERACTION_EXPORT, ReportFormat.XLSX): write_export,
    (ReportKind.INTERACTION_EXPORT, ReportFormat.ICS): write_calendar,
    (ReportKind.ACTIVITY_SUMMARY, ReportFormat.XLSX): make_workbook,
    (ReportKind.ACTIVITY_SUMMARY, ReportFormat.PDF): make_pdf,
}
"""One for each kind and format that can be asked for."""
