"""Which form the dates of a file have."""

from collections.abc import Iterable
from datetime import datetime

_DAYS = ("%d.%m.%Y", "%d-%m-%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%d.%m.%y", "%d/%m/%y")
_TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", ", %H:%M")
_FORMS = tuple(day + time for day in _DAYS for time in _TIMES)


def date_forms_of(texts: Iterable[str]) -> list[str]:
    """The forms that nearly all of these texts have, the best first."""
    given = [text.strip() for text in texts]
    counts = {form: sum(_has_form(text, form) for text in given) for form in _FORMS}
    most = max(counts.values(), default=0)
    if not given or most < 0.8 * len(given):
        return []
    return [form for form in _FORMS if counts[form] == most]


def _has_form(text: str, form: str) -> bool:
    try:
        datetime.strptime(text, form)  # noqa: DTZ007 - only whether it can be read
    except ValueError:
        return False
    return True
