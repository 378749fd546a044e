"""Where the files of imports lie; no name that somebody chose is part of it."""

from datetime import date, timedelta
from uuid import uuid4

FOLDER = "imports"


def upload_key(today: date) -> str:
    """Where a file that was sent goes."""
    return f"{FOLDER}/{today:%Y%m%d}/{uuid4()}"


def errors_key(today: date) -> str:
    """Where refused rows go."""
    return f"{FOLDER}/{today:%Y%m%d}/{uuid4()}.csv"


def is_old(key: str, *, today: date) -> bool:
    """Whether a file has been lying for so long that no row is about to speak of it."""
    day = key.split("/")[1]
    return day < f"{today - timedelta(days=2):%Y%m%d}"
