"""Lines that tables of every form have."""

from app.reports.summary.figures import Line, Summary


def other_leads(summary: Summary) -> Line | None:
    """All leads but those with the most; None if there are no others."""
    others = summary.lead_count - len(summary.leads)
    if not others:
        return None
    return Line(f"{others:,} other lead{'' if others == 1 else 's'}", summary.other_leads)
