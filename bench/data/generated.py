"""Rows made up: many languages, sites of Zipf's sizes, topics that come and go."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from random import Random

from app.core.vocabulary import InteractionType
from bench.data import calendar
from bench.data.row import Row
from bench.data.sampling import draw, sentences, table_at
from bench.data.sites import SiteProfile, draw_site, site_profiles
from bench.data.source import CHUNK, SiteNamed
from bench.data.word_lists import LANGUAGES, WITHOUT_SPACES, words_of

AUTHORS_PER_SITE = 3
FIRST_AUTHOR = 1_001
"""The user id of the first site's first author; below are those who call in a benchmark."""

KINDS = tuple(InteractionType)
KIND_WEIGHTS = (30, 22, 14, 9, 5, 6, 3, 2, 3, 5, 1)

Tables = dict[str, Sequence[str]]


def author_of(site_id: int, place: int) -> int:
    """The user id of one of a site's authors."""
    return FIRST_AUTHOR + (site_id - 1) * AUTHORS_PER_SITE + place


@dataclass(frozen=True)
class GeneratedSource:
    """As many rows as asked for; the same seed makes the same ones."""

    rows: int
    seed: int = 1

    @property
    def sites(self) -> list[SiteNamed]:
        """The sites, the largest first."""
        return [SiteNamed(site.id, site.name, site.place.timezone) for site in site_profiles()]

    def chunk(self, number: int) -> Iterator[Row]:
        """The rows of one chunk: all of about the same time."""
        random = Random(f"{self.seed}:{number}")
        first, end = number * CHUNK, min((number + 1) * CHUNK, self.rows)
        moment = first / self.rows
        tables = {language: table_at(language, moment) for language in LANGUAGES}
        make = partial(self._row, random, tables=tables, moment=moment)
        return (make(place + 1) for place in range(first, end))

    def _row(self, random: Random, row_id: int, *, tables: Tables, moment: float) -> Row:
        site = draw_site(random)
        # One text in four is in English, wherever it is written.
        language = site.place.language if random.random() < 0.75 else "en"
        words = partial(draw, random, tables[language])
        start = calendar.start_at(random, moment)
        created = start + random.uniform(-1, 1) * calendar.NOTED_WITHIN
        author = author_of(site.id, random.randrange(AUTHORS_PER_SITE))
        has_notes, is_deleted = random.random() < 0.65, random.random() < 0.01
        title = _title(words(random.randint(2, 9)), language)
        body = words(8 + int(random.random() ** 2 * 180))
        if random.random() < 0.3:
            body.insert(len(body) // 2, self._rare_word(random))
        return Row(
            id=row_id,
            site_id=site.id,
            title=title,
            type=random.choices(KINDS, KIND_WEIGHTS)[0],
            lead=_lead(random, site, moment),
            start_datetime=start,
            end_datetime=start + random.choice(calendar.DURATIONS),
            timezone=site.place.timezone,
            location=random.choice(site.locations) if random.random() < 0.8 else None,
            description=sentences(body, language),
            notes=sentences(words(random.randint(2, 70)), language) if has_notes else None,
            external_id=f"CRM-{row_id}" if random.random() < 0.05 else None,
            created_by=author,
            updated_by=author,
            created_at=created,
            updated_at=created,
            deleted_at=created + timedelta(days=1) if is_deleted else None,
        )

    def _rare_word(self, random: Random) -> str:
        """A reference or a strange word that only a few rows have."""
        number = random.randrange(max(self.rows // 10, 1))
        if number % 2:
            return f"REF-{number * 2_654_435_761 % 2**32:08X}"
        english = words_of("en")
        size = len(english)
        parts = (number % size, number // size % size, number * 7 % size)
        return "".join(english[part][:4] for part in parts)


def _title(words: list[str], language: str) -> str:
    title = ("" if language in WITHOUT_SPACES else " ").join(words)[:100].strip()
    return title[:1].upper() + title[1:] if len(title) >= 5 else f"{title} update"


def _lead(random: Random, site: SiteProfile, moment: float) -> str:
    return random.choice(site.leads_at(moment))
