"""What a check has found."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How it stands with what was looked at."""

    OK = "ok"
    WARNING = "warning"
    WRONG = "wrong"
    ALLOWED = "allowed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at.

    Attributes:
        verdict: How it stands with it.
        seen: What was seen; never a secret.
        advice: What to do, in a sentence, where it is not well.
    """

    verdict: Verdict
    seen: str
    advice: str | None = None


Line = tuple[str, Finding]
"""What was looked at, and what was found."""


def ok(seen: str) -> Finding:
    """It is well."""
    return Finding(Verdict.OK, seen)


def warning(seen: str, advice: str) -> Finding:
    """It works, and could be better or become worse."""
    return Finding(Verdict.WARNING, seen, advice=advice)


def wrong(seen: str, advice: str) -> Finding:
    """It does not work, or is not safe."""
    return Finding(Verdict.WRONG, seen, advice=advice)


def allowed(seen: str) -> Finding:
    """A rule allows it."""
    return Finding(Verdict.ALLOWED, seen)


def refused(seen: str) -> Finding:
    """A rule refuses it."""
    return Finding(Verdict.REFUSED, seen)
