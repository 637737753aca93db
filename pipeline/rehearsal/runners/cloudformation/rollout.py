"""A deployment, added up as it goes, and what its figures say of it. Pure.

Latencies and counts are of real requests; `world_seconds` are on the compressed clock, from the deployment's start.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pipeline.record.counting import plural
from pipeline.record.events import ALL_AT_ONCE, AlarmChanged, RolloutFinished, WatchedAlarm
from pipeline.record.figures import with_unit
from pipeline.record.own_count import own_count
from pipeline.record.sight import NO_ACCIDENT, PERCENT, let_pass

EVERYTHING = 100.0
MOST_ERRORS = 3


@dataclass
class Rollout:
    """One deployment: `requests` and `failed` are what the new version answered, `weight` its share in percent.

    `errors` are the first of those it logged, each said once.
    """

    deployment: str
    function: str
    to_version: str
    config: str
    began: float
    alarms: Mapping[str, WatchedAlarm]
    requests: int = 0
    failed: int = 0
    failures: dict[str, int] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    weight: float = 0.0
    moving: bool = False
    fired: AlarmChanged | None = None
    finished: RolloutFinished | None = None

    @property
    def shifts(self) -> bool:
        """Whether traffic moves step by step, so that the new version can be watched before it has all."""
        return ALL_AT_ONCE not in self.config

    @property
    def blind(self) -> bool:
        """Whether it succeeded while nobody asked the new version anything: that proves nothing."""
        done = self.finished is not None and self.finished.status == "Succeeded"
        return self.shifts and done and self.requests == 0

    @property
    def doubtful(self) -> str:
        """Why a success is none: over a limit in percent, though no alarm fired; empty if it is one.

        Alarms on rates ask for so many requests and failures first, and a judge for some to compare, which a rehearsal
        may not reach: a laptop sends a fraction of what production gets. One failed request is left to them.
        """
        limit = let_pass(self.alarms.values())
        done = self.finished is not None and self.finished.status == "Succeeded"
        if limit is None or not done or self.failed < NO_ACCIDENT:
            return ""
        rate = 100 * self.failed / self.requests
        if rate <= limit:
            return ""
        counts = f"{self.failed:,} of {plural(self.requests, 'request')} to version {self.to_version} failed"
        told, passing = with_unit(rate, PERCENT), with_unit(limit, PERCENT)
        return f"{self.function}: {counts}, {told} where a rehearsal lets {passing} pass"

    def note_error(self, told: str) -> None:
        """Keep what the new version said went wrong, unless it has said so before or enough is known."""
        if told not in self.errors and len(self.errors) < MOST_ERRORS:
            self.errors.append(told)


def why_rolled_back(rollouts: Iterable[Rollout]) -> str:
    """One sentence about what was rolled back and why, with measured value and limit; empty if nothing was.

    Of several, the one that failed by itself speaks: CloudFormation stops the others because of it.
    """
    ended = [rollout for rollout in rollouts if rollout.finished and rollout.finished.status != "Succeeded"]
    if not ended:
        return ""
    first = min(ended, key=_rank)
    counts = f"{first.failed:,} of {plural(first.requests, 'request')} to version {first.to_version} failed"
    return f"{first.function} was rolled back: {_cause(first)}; {counts}"


def _rank(rollout: Rollout) -> tuple[bool, bool]:
    """An alarm first, then any other failure, then what was only stopped."""
    stopped = rollout.finished is not None and rollout.finished.status == "Stopped"
    return stopped, rollout.fired is None


def _cause(rollout: Rollout) -> str:
    fired = rollout.fired
    if fired is None:
        return rollout.finished.reason if rollout.finished and rollout.finished.reason else "no reason was given"
    measured = "something" if fired.measured is None else with_unit(fired.measured, fired.unit)
    late = ", only after the shift to 100 %" if fired.weight == EVERYTHING else ""
    return (
        f"alarm {fired.alarm} measured {measured}{own_count(fired)}, limit {with_unit(fired.limit, fired.unit)}{late}"
    )
