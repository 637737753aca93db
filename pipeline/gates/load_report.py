"""What locust reports of a run, as `tests/load/locustfile.py` writes it, and what it amounts to. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from math import ceil

from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from pipeline.gates.context import GateBroke
from pipeline.record.counting import plural
from pipeline.record.verdict import Finding


@dataclass(frozen=True)
class Operation:
    """The requests to one operation; `milliseconds` counts the answers by how long they took."""

    name: str
    requests: int
    failures: int
    milliseconds: Mapping[int, int]


@dataclass(frozen=True)
class Error:
    """A way in which an operation failed, and how often."""

    name: str
    what: str
    times: int


@dataclass(frozen=True)
class Load:
    """A run: how long it took from the first request to the last, and what became of them."""

    seconds: float
    operations: tuple[Operation, ...]
    errors: tuple[Error, ...]

    @property
    def requests(self) -> int:
        """How many there were."""
        return sum(each.requests for each in self.operations)

    @property
    def failed_percent(self) -> float:
        """How many of a hundred failed; 100 of none."""
        return 100 * sum(each.failures for each in self.operations) / self.requests if self.requests else 100.0

    def percentile(self, percent: float) -> float:
        """Milliseconds within which `percent` of all requests were answered."""
        return percentile((each.milliseconds for each in self.operations), percent)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every way to fail, the most frequent first."""
        by_times = sorted(self.errors, key=lambda error: (-error.times, error.name, error.what))
        return tuple(Finding(each.name, f"{plural(each.times, 'time')}: {each.what}") for each in by_times)

    @property
    def table(self) -> str:
        """A line for each operation."""
        return "\n".join(_row(each) for each in self.operations)


_LOAD = TypeAdapter(Load)


def read_load(text: str) -> Load:
    """The run that `text` tells of; GateBroke if it is no such report, or one that contradicts itself."""
    try:
        load = _LOAD.validate_json(text)
    except ValidationError as problem:
        first = problem.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise GateBroke(f"locust's report can't be read: {where}: {first['msg']}") from problem
    if odd := [each.name for each in load.operations if each.failures > each.requests]:
        raise GateBroke(f"locust's report counts more failures than requests: {', '.join(odd)}")
    return load


def percentile(counts: Iterable[Mapping[int, int]], percent: float) -> float:
    """The smallest value that `percent` of all counted ones do not exceed (nearest rank); 0 of nothing."""
    together: Counter[int] = Counter()
    for each in counts:
        together.update(each)
    rank = ceil(together.total() * percent / 100)
    for value in sorted(together):
        rank -= together[value]
        if rank <= 0:
            return float(value)
    return 0.0


def _row(each: Operation) -> str:
    times = ", ".join(f"p{percent} {percentile([each.milliseconds], percent):.0f} ms" for percent in (50, 95, 99))
    return f"{each.name}  {plural(each.requests, 'request')}, {each.failures} failed, {times}"
