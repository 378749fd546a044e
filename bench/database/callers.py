"""Who calls in a benchmark: people with few, some and all sites."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.data.source import SiteNamed

PASSWORD = "of people who exist in benchmarks alone"  # noqa: S105 - guards nothing


@dataclass(frozen=True, slots=True)
class Caller:
    """A person whose scope a case is measured with.

    Attributes:
        name: What the tables call the scope, and the user name.
        user_id: Below those of the authors.
        places: Which sites, counted from the largest as 0; None for a system administrator.
    """

    name: str
    user_id: int
    places: tuple[int, ...] | None

    def site_ids(self, sites: Sequence[SiteNamed]) -> list[int]:
        """The caller's sites."""
        if self.places is None:
            return [site.id for site in sites]
        # Of few sites there may be fewer than places: the register has 27.
        return sorted({sites[min(place, len(sites) - 7)].id for place in self.places})


ONE_SITE = Caller("one-site", 1, (0,))
SMALL_SITE = Caller("small-site", 2, (149,))
FIVE_SITES = Caller("five-sites", 3, (1, 4, 9, 14, 19))
ALL_SITES = Caller("all-sites", 4, None)

CALLERS = (ONE_SITE, SMALL_SITE, FIVE_SITES, ALL_SITES)
