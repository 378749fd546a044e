"""Numbers as people read them."""


def short(number: float) -> str:
    """Three digits or so."""
    if number >= 100:
        return f"{number:,.0f}"
    return f"{number:.1f}" if number >= 10 else f"{number:.2f}"
