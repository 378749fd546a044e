"""How long keys and their secrets are good; pure functions, named as sentences."""

from datetime import datetime, timedelta

LIFETIME = timedelta(days=365)
LONGEST_LIFETIME = timedelta(days=366)
"""A year, also for whoever counts it from one 29 February to the next 1 March."""

OVERLAP = timedelta(hours=24)
"""How long a rotated key's secret before goes on being good, for machines to be told the new."""

MAX_KEYS = 50
"""As many keys that are good as one person can have."""


def must_end_within_a_year(expires_at: datetime, now: datetime) -> None:
    """Refuse a key that would be over before it begins, or outlive a year.

    Raises:
        ValueError: It would.
    """
    if expires_at <= now:
        raise ValueError("Expiry must be in the future")
    if expires_at - now > LONGEST_LIFETIME:
        raise ValueError("Expiry must be at most 366 days from now")


def previous_secret_ends(expires_at: datetime, now: datetime) -> datetime:
    """When the secret that is replaced now stops being good: never after the key itself."""
    return min(now + OVERLAP, expires_at)
