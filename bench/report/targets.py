"""What was aimed at, and what was reached."""

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from bench.cases.case import Contender
from bench.cases.words import LONG_CLASSES
from bench.database.callers import ALL_SITES, FIVE_SITES, ONE_SITE
from bench.load.percentiles import percentile
from bench.report.numbers import short
from bench.run.results import CaseResult, Cell, Results

SCOPES = (ONE_SITE, FIVE_SITES, ALL_SITES)
LONG_SEARCHES = tuple(f"search {name}" for name in LONG_CLASSES)


@dataclass(frozen=True, slots=True)
class Target:
    """One of them; without a value while something is not measured."""

    text: str
    bound: float
    value: float | None
    unit: str = ""
    is_least: bool = False

    @property
    def is_met(self) -> bool | None:
        """Whether it is reached."""
        if self.value is None:
            return None
        return self.value >= self.bound if self.is_least else self.value <= self.bound

    @property
    def wanted(self) -> str:
        """The bound in words."""
        return f"{'at least' if self.is_least else 'at most'} {self.bound:g}{self.unit}"

    @property
    def measured(self) -> str:
        """The value in words."""
        return "not measured" if self.value is None else f"{short(self.value)}{self.unit}"

    @property
    def verdict(self) -> str:
        """Met, or not."""
        return {True: "met", False: "not met", None: "-"}[self.is_met]


def targets(results: Results, smaller: Results | None) -> Iterator[Target]:
    """All of them, of a run and of one on fewer rows."""
    for kind, text in (
        ("get", "get one"),
        ("list page 1", "list 20, with total"),
        ("create", "create, with history"),
    ):
        case = results.find(f"{kind}, {ONE_SITE.name}")
        for over, bound in ((Contender.RAW, 0.5), (Contender.IDIOMATIC, 4)):
            ratio = case.ratio(over) if case else None
            yield Target(f"{text}: requests/s, of the {over} one's", bound, ratio, "x", True)
    for scope in (ONE_SITE, FIVE_SITES):
        ratios = [case.ratio(Contender.IDIOMATIC) for case in _searches(results, scope.name)]
        known = [ratio for ratio in ratios if ratio is not None]
        text = f"search, {scope.name}: requests/s, of the idiomatic one's; median of the words"
        yield Target(text, 20, median(known) if known else None, "x", True)
    yield from _times(results)
    yield from _shape(results)
    yield from _growth(results, smaller)
    yield from _walls(results)


def _times(results: Results) -> Iterator[Target]:
    cells = [
        case.cells[Contender.OURS] for scope in SCOPES for case in _searches(results, scope.name)
    ]
    first = [
        [
            time
            for case in _searches(results, scope.name)
            for time in case.cells[Contender.OURS].first
        ]
        for scope in SCOPES
    ]
    words = "search, words of 3 characters or more, worst of all scopes"
    clients = max((cell.connections for cell in cells), default=16)
    one_client = f"{words}: one client, each word once"
    p95_of_one = _most([percentile(times, 0.95) for times in first if times])
    yield Target(f"{one_client}, p95", 100, p95_of_one, " ms")
    yield Target(
        f"{one_client}, longest", 500, _most([max(times) for times in first if times]), " ms"
    )
    p95 = _most([cell.middle("p95") for cell in cells])
    yield Target(f"{words}: p95, {clients} clients at once", 100, p95, " ms")
    longest = _most([cell.longest for cell in cells])
    yield Target(f"{words}: longest, {clients} clients at once", 500, longest, " ms")
    wrong = float(sum(cell.wrong for cell in cells)) if cells else None
    yield Target(f"{words}: refused or wrong answers", 0, wrong)


def _shape(results: Results) -> Iterator[Target]:
    first = _ours(results, f"list page 1, {ONE_SITE.name}")
    everywhere = _ours(results, f"list page 1, {ALL_SITES.name}")
    slower = _slower(everywhere, first)
    yield Target("list page 1 at all sites: time, of one site's", 2, slower, "x")
    for scope in (ONE_SITE, ALL_SITES):
        page, deep = (_ours(results, f"list {what}, {scope.name}") for what in ("page 1", "cursor"))
        text = f"list by cursor 100,000 rows in, {scope.name}: time, of page 1's"
        yield Target(text, 1.3, _slower(deep, page), "x")


def _growth(results: Results, smaller: Results | None) -> Iterator[Target]:
    for kind in ("get", "list page 1", "search common"):
        names = [f"{kind}, {scope.name}" for scope in SCOPES]
        grown = [
            _slower(_ours(results, name), _ours(smaller, name) if smaller else None)
            for name in names
        ]
        size = f"{smaller.rows:,}" if smaller else "fewer"
        text = f"{kind}: p50 at {results.rows:,} rows, of that at {size}; worst scope"
        yield Target(text, 1.5, _most([one for one in grown if one is not None]), "x")


def _walls(results: Results) -> Iterator[Target]:
    """What the walls cost the raw reference, and what as much would be to us."""
    case = results.find(f"get, {ONE_SITE.name}")
    value = of_ours = None
    if case and {Contender.RAW, Contender.UNGUARDED} <= case.cells.keys():
        shown = (Contender.OURS, Contender.RAW, Contender.UNGUARDED)
        ours, guarded, bare = (_cpu(case.cells[one]) for one in shown)
        rest = ours - (guarded - bare)
        value, of_ours = (guarded / bare if bare else None), (ours / rest if rest > 0 else None)
    text = "scoped transaction and row-level security on get one: CPU, of that without"
    yield Target(f"{text}; raw", 1.5, value, "x")
    yield Target(f"{text}; ours, if they cost it as much as the raw one", 1.5, of_ours, "x")


def _searches(results: Results, scope: str) -> list[CaseResult]:
    found = (results.find(f"{kind}, {scope}") for kind in LONG_SEARCHES)
    return [case for case in found if case]


def _ours(results: Results, name: str) -> Cell | None:
    case = results.find(name)
    return case.cells[Contender.OURS] if case else None


def _slower(cell: Cell | None, than: Cell | None) -> float | None:
    """How much longer one takes by the median.

    With one client, so that the weather between two cases or two runs is not multiplied by those
    who wait.
    """
    if cell is None or than is None or not cell.calm or not than.calm or not than.calm.p50:
        return None
    return cell.calm.p50 / than.calm.p50


def _cpu(cell: Cell) -> float:
    return cell.middle("app_cpu") + cell.middle("database_cpu")


def _most(values: list[float]) -> float | None:
    return max(values, default=None)
