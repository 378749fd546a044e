"""What reports there are: their kinds, and the formats of each."""

from enum import StrEnum


class ReportKind(StrEnum):
    """What a report tells of interactions."""

    INTERACTION_EXPORT = "interaction_export"
    ACTIVITY_SUMMARY = "activity_summary"


class ReportFormat(StrEnum):
    """What kind of file a report is; the value is also how its name ends."""

    CSV = "csv"
    JSONL = "jsonl"
    XLSX = "xlsx"
    ICS = "ics"
    PDF = "pdf"

    @property
    def media_type(self) -> str:
        """How the file is announced to who downloads it."""
        return _MEDIA_TYPES[self]


_MEDIA_TYPES = {
    ReportFormat.CSV: "text/csv; charset=utf-8; header=present",
    ReportFormat.JSONL: "application/jsonl",
    ReportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ReportFormat.ICS: "text/calendar; charset=utf-8",
    ReportFormat.PDF: "application/pdf",
}

FORMATS: dict[ReportKind, tuple[ReportFormat, ...]] = {
    ReportKind.INTERACTION_EXPORT: (
        ReportFormat.CSV,
        ReportFormat.XLSX,
        ReportFormat.JSONL,
        ReportFormat.ICS,
    ),
    ReportKind.ACTIVITY_SUMMARY: (ReportFormat.XLSX, ReportFormat.PDF),
}
"""What can be asked for; `app/reports/makers.py` names the function that makes each."""
