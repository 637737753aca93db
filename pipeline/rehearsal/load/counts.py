"""What became of the requests: counts by operation and class of status, and latencies in a histogram."""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.record.counting import plural

NO_ANSWER = "no answer"
FAILED_FROM = 500
FAILURES = (NO_ANSWER, "5xx")
MOST_NAMED = 3
# Each bucket of the histogram is 2 % wider than the one before: a percentile is right within 2 %.
GROWTH = math.log(1.02)


@dataclass(frozen=True)
class OperationCounts:
    """The requests to one operation that were answered, or failed to be. `classes` is by "2xx" … "5xx", "no answer".

    `failed` are those answered with 500 or above and those that got no answer. 4xx are the client's own.
    """

    requests: int
    failed: int
    classes: Mapping[str, int]


@dataclass(frozen=True)
class TrafficCounts:
    """The traffic of one time. `requests` were answered or failed; latencies are of answers, None if there were none.

    `offered_rps` were wanted, `achieved_rps` came back. `not_sent` are arrivals that found all places taken by requests
    still waiting: the server could not keep up. `unfinished` were still waiting when the traffic was stopped.
    """

    seconds: float
    requests: int
    failed: int
    by_operation: Mapping[str, OperationCounts]
    p50_ms: float | None
    p99_ms: float | None
    offered_rps: float
    achieved_rps: float
    not_sent: int = 0
    unfinished: int = 0

    @property
    def client_errors(self) -> int:
        """Requests answered with 4xx."""
        return sum(counts.classes.get("4xx", 0) for counts in self.by_operation.values())

    @property
    def kept_up(self) -> bool:
        """Whether at least 95 of 100 wanted requests came back."""
        return self.achieved_rps >= 0.95 * self.offered_rps

    def describe(self) -> str:
        """One line: what was sent, what failed and where most, and whether the server kept up."""
        rates = f"{self.achieved_rps:.0f} requests/s"
        if not self.kept_up:
            rates = f"{self.offered_rps:.0f} requests/s offered, {self.achieved_rps:.0f} achieved"
        sent = plural(self.requests, "request")
        failed = f"{self.failed:,} failed" + (f" ({self._worst()})" if self.failed else "")
        return f"{sent}, {failed}, {self.client_errors:,} answered 4xx, {rates}"

    def _worst(self) -> str:
        """The operations that failed most, by how: `placeOrder 12 × 5xx, getOrder 3 × no answer, 4 elsewhere`."""
        found = [
            (count, name, kind)
            for name, counts in self.by_operation.items()
            for kind, count in counts.classes.items()
            if kind in FAILURES
        ]
        worst = sorted(found, key=lambda each: (-each[0], each[1:]))[:MOST_NAMED]
        said = [f"{name} {count:,} × {kind}" for count, name, kind in worst]
        rest = self.failed - sum(count for count, *_ in worst)
        return ", ".join([*said, f"{rest:,} elsewhere"] if rest else said)


def status_class(status: int | None) -> str:
    """`2xx` for 204; "no answer" for None."""
    return NO_ANSWER if status is None else f"{status // 100}xx"


@dataclass
class Tally:
    """Counts while the traffic runs."""

    arrivals: int = 0
    not_sent: int = 0
    unfinished: int = 0
    _classes: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    _failed: Counter[str] = field(default_factory=Counter)
    _latencies: Counter[int] = field(default_factory=Counter)

    def count(self, operation: str, status: int | None, milliseconds: float) -> None:
        """Count one request: `status` None means that no answer came."""
        self._classes[operation][status_class(status)] += 1
        if status is None or status >= FAILED_FROM:
            self._failed[operation] += 1
        if status is not None:
            self._latencies[math.ceil(math.log(max(milliseconds, 0.01)) / GROWTH)] += 1

    def percentile(self, share: float) -> float | None:
        """The latency in ms that `share` of the answers did not exceed (nearest rank), None without answers."""
        total = self._latencies.total()
        rank = max(1, math.ceil(share * total))
        seen = 0
        for bucket in sorted(self._latencies):
            seen += self._latencies[bucket]
            if seen >= rank:
                return round(math.exp(bucket * GROWTH), 2)
        return None

    def counts(self, seconds: float) -> TrafficCounts:
        """The counts after `seconds` of traffic."""
        by_operation = {
            name: OperationCounts(classes.total(), self._failed[name], dict(sorted(classes.items())))
            for name, classes in sorted(self._classes.items())
        }
        requests = sum(counts.requests for counts in by_operation.values())
        return TrafficCounts(
            seconds=seconds,
            requests=requests,
            failed=self._failed.total(),
            by_operation=by_operation,
            p50_ms=self.percentile(0.50),
            p99_ms=self.percentile(0.99),
            offered_rps=self.arrivals / seconds if seconds else 0.0,
            achieved_rps=requests / seconds if seconds else 0.0,
            not_sent=self.not_sent,
            unfinished=self.unfinished,
        )
