"""Rows of a real register of meetings, repeated with their words shuffled and their days moved.

The register is a CSV with the columns country, mep, date (DD-MM-YYYY), title, location, lobbyists
and dossier: real words, names and spellings in many languages, as skewed as they are in life.
"""

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import NamedTuple

from bench.data.generated import AUTHORS_PER_SITE, author_of
from bench.data.row import Row
from bench.data.source import CHUNK, SiteNamed

DAYS_MOVED = 20


class Meeting(NamedTuple):
    """What is taken of a line."""

    country: str
    day: datetime
    lead: str
    title: list[str]
    location: str | None
    description: list[str]


@dataclass(frozen=True)
class RegisterSource:
    """As many rows as asked for, each meeting about as often as any other."""

    rows: int
    path: Path
    seed: int = 1

    @property
    def sites(self) -> list[SiteNamed]:
        """The countries, the one with most meetings first."""
        return [SiteNamed(site_id, name, "UTC") for name, site_id in site_ids(self.path).items()]

    def chunk(self, number: int) -> Iterator[Row]:
        """The rows of one chunk: meetings of about the same time."""
        random = Random(f"{self.seed}:{number}")
        found = meetings(self.path)
        for place in range(number * CHUNK, min((number + 1) * CHUNK, self.rows)):
            yield self._row(random, place + 1, found[place * len(found) // self.rows])

    def _row(self, random: Random, row_id: int, meeting: Meeting) -> Row:
        site_id = site_ids(self.path)[meeting.country]
        author = author_of(site_id, random.randrange(AUTHORS_PER_SITE))
        start = meeting.day + timedelta(
            days=random.randint(-DAYS_MOVED, DAYS_MOVED), minutes=15 * random.randint(28, 72)
        )
        return Row(
            id=row_id,
            site_id=site_id,
            title=_shuffled(random, meeting.title)[:100].strip().ljust(5, "."),
            type="MEETING",
            lead=meeting.lead,
            start_datetime=start,
            end_datetime=start + timedelta(hours=1),
            timezone="UTC",
            location=meeting.location,
            description=_shuffled(random, meeting.description),
            notes=None,
            external_id=None,
            created_by=author,
            updated_by=author,
            created_at=start,
            updated_at=start,
            deleted_at=None,
        )


@cache
def meetings(path: Path) -> tuple[Meeting, ...]:
    """All meetings of the register, by day."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        found = [_meeting(line) for line in csv.DictReader(file)]
    return tuple(sorted(found, key=lambda meeting: meeting.day))


@cache
def site_ids(path: Path) -> dict[str, int]:
    """The countries with an id for each, the one with most meetings first."""
    sizes = Counter(meeting.country for meeting in meetings(path))
    return {country: place + 1 for place, (country, _) in enumerate(sizes.most_common())}


def _meeting(line: dict[str, str]) -> Meeting:
    return Meeting(
        country=line["country"],
        day=datetime.strptime(line["date"], "%d-%m-%Y").replace(tzinfo=UTC),
        lead=_one_line(line["mep"])[:100],
        title=line["title"].replace("\0", "").split(),
        location=_one_line(line["location"])[:200] or None,
        description=f"{line['lobbyists']} {line['dossier']}".replace("\0", "").split() or ["-"],
    )


def _one_line(text: str) -> str:
    return " ".join(text.replace("\0", "").split())


def _shuffled(random: Random, words: list[str]) -> str:
    return " ".join(random.sample(words, len(words)))[:20_000]
