"""What a run found, kept as JSON until somebody makes a page of it."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median

from pydantic import TypeAdapter

from bench.cases.case import Contender


@dataclass(slots=True)
class Round:
    """One contender at one case for some seconds; times in ms, CPU in microseconds a request."""

    requests: int
    per_second: float
    p50: float
    p95: float
    p99: float
    longest: float
    app_cpu: float
    database_cpu: float


@dataclass(slots=True)
class Cell:
    """All rounds of one contender at one case.

    Attributes:
        connections: How many asked at once; few where one alone waits long.
        rounds: Those that count.
        calm: With one connection, so that nothing waits for anything else.
        first: In ms, how long each different search took when it was asked for the first time,
            by one client.
        wrong: How many answers were wrong; the rounds leave them out.
        fault: What was wrong with the first of them.
    """

    connections: int
    rounds: list[Round] = field(default_factory=list)
    calm: Round | None = None
    first: list[float] = field(default_factory=list)
    wrong: int = 0
    fault: str = ""

    def note(self, faults: list[str]) -> None:
        """Count wrong answers."""
        self.wrong += len(faults)
        self.fault = self.fault or "".join(faults[:1])

    def middle(self, name: str) -> float:
        """The median of the rounds of one number."""
        return float(median(getattr(one, name) for one in self.rounds))

    @property
    def longest(self) -> float:
        """The longest time of all rounds."""
        return max(one.longest for one in self.rounds)


@dataclass(slots=True)
class CaseResult:
    """One case.

    Attributes:
        name: Of the case.
        kind: Without the scope.
        caller: The scope.
        different: How many different requests were sent.
        compared: How many answers were compared.
        differences: What was not the same about them.
        cells: By contender.
    """

    name: str
    kind: str
    caller: str
    different: int
    compared: int
    differences: list[str]
    cells: dict[Contender, Cell]

    def ratio(self, over: Contender) -> float | None:
        """How many requests we answer while another answers one."""
        ours, other = self.cells.get(Contender.OURS), self.cells.get(over)
        if ours is None or other is None or not other.middle("per_second"):
            return None
        return ours.middle("per_second") / other.middle("per_second")


@dataclass(slots=True)
class Results:
    """A run on one data set."""

    dataset: str
    rows: int
    taken_on: str
    seconds: float
    machine: dict[str, str]
    cases: list[CaseResult] = field(default_factory=list)

    def find(self, name: str) -> CaseResult | None:
        """A case by name."""
        return next((case for case in self.cases if case.name == name), None)


_RESULTS = TypeAdapter(Results)


def read_results(path: Path) -> Results | None:
    """What was kept; None where nothing was."""
    return _RESULTS.validate_json(path.read_bytes()) if path.exists() else None


def keep_results(path: Path, results: Results) -> None:
    """Keep what a run has found so far; of cases that it leaves out, what was found before."""
    before, new = read_results(path), {case.name for case in results.cases}
    others = [case for case in before.cases if case.name not in new] if before else []
    kept = replace(results, cases=results.cases + others)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_RESULTS.dump_json(kept, indent=2))
