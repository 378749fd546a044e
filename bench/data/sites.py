"""The sites: their sizes, towns, and the people who work there."""

from bisect import bisect
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from random import Random

from bench.data.word_lists import Place, names, places, rooms

SITES = 200
PEOPLE_AT_A_TIME = 15
TURNOVER = 20
"""How many people leave a site, and others come, in the whole period."""


@dataclass(frozen=True, slots=True)
class SiteProfile:
    """What a site's rows have in common."""

    id: int
    name: str
    place: Place
    leads: tuple[str, ...]
    locations: tuple[str, ...]

    def leads_at(self, moment: float) -> tuple[str, ...]:
        """Who works there at a moment (0 to 1)."""
        first = int(moment * TURNOVER)
        return self.leads[first : first + PEOPLE_AT_A_TIME]


@cache
def site_profiles() -> tuple[SiteProfile, ...]:
    """All sites, the largest first."""
    return tuple(_profile(number) for number in range(1, SITES + 1))


def _profile(number: int) -> SiteProfile:
    random = Random(f"site {number}")
    place = places()[(number * 7) % len(places())]
    return SiteProfile(
        id=number,
        name=f"{place.town} {number}",
        place=place,
        leads=tuple(
            f"{random.choice(names('first'))} {random.choice(names('last'))}"
            for _ in range(PEOPLE_AT_A_TIME + TURNOVER)
        ),
        locations=tuple(f"{place.town}, {room}" for room in random.sample(rooms(), 8)),
    )


@cache
def _shares() -> tuple[float, ...]:
    """How many rows the sites up to each one have together, by Zipf's law, as a part of all."""
    sums = list(accumulate(1 / rank for rank in range(1, SITES + 1)))
    return tuple(value / sums[-1] for value in sums)


def draw_site(random: Random) -> SiteProfile:
    """A site, the larger the likelier."""
    return site_profiles()[min(bisect(_shares(), random.random()), SITES - 1)]
