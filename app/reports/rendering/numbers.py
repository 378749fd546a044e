"""Numbers as reports print them."""

MINUS = "\N{MINUS SIGN}"
NONE = "\N{EN DASH}"


def whole(number: int) -> str:
    """12,345."""
    return f"{number:,}"


def hours(number: float) -> str:
    """1,234.5."""
    return f"{number:,.1f}"


def share(part: float, of: float) -> str:
    """12.3 %, of something; what is there is never shown as none of it."""
    if not of:
        return NONE
    if 0 < part / of < 0.0005:
        return "< 0.1 %"
    return f"{part / of:.1%}".replace("%", " %")


def growth(change: float | None) -> str:
    """+12.3 %, or a dash where there was nothing before."""
    if change is None:
        return NONE
    return f"{change:+,.1%}".replace("%", " %").replace("-", MINUS)


def length(minutes: float | None) -> str:
    """1 h 05 min."""
    if minutes is None:
        return NONE
    whole_minutes = round(minutes)
    if whole_minutes < 60:
        return f"{whole_minutes} min"
    return f"{whole_minutes // 60:,} h {whole_minutes % 60:02} min"
