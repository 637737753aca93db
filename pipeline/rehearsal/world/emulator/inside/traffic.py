"""What the versions behind an alias answered, counted per second while a deployment watches. Pure but for its lock."""

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.rehearsal.world.observation import VersionSample


@dataclass(frozen=True, slots=True)
class AliasId:
    """An alias of a function in its place."""

    account: str
    region: str
    function: str
    alias: str


@dataclass(frozen=True, slots=True)
class Answered:
    """One request that a version answered: `error` is an exception or a timeout, `status` the HTTP status if any."""

    version: str
    operation: str
    milliseconds: float
    error: bool
    status: int | None = None

    @property
    def server_error(self) -> bool:
        """An answer of 500 or above that was no exception."""
        return not self.error and self.status is not None and self.status >= 500


@dataclass(slots=True)
class _Second:
    requests: int = 0
    errors: int = 0
    server_errors: int = 0
    latencies: list[float] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)


class Traffic:
    """Counts for the aliases that are watched; the rest costs one look into a set."""

    def __init__(self) -> None:
        self._watched: dict[AliasId, dict[str, _Second]] = {}
        self._lock = threading.Lock()

    def watch(self, alias: AliasId) -> None:
        """Begin to count for this alias."""
        with self._lock:
            self._watched[alias] = {}

    def forget(self, alias: AliasId) -> None:
        """Count no longer."""
        with self._lock:
            self._watched.pop(alias, None)

    def count(self, alias: AliasId, answered: Answered) -> None:
        """Count one request, if its alias is watched."""
        with self._lock:
            versions = self._watched.get(alias)
            if versions is None:
                return
            second = versions.setdefault(answered.version, _Second())
            second.requests += 1
            second.errors += answered.error
            second.server_errors += answered.server_error
            second.latencies.append(answered.milliseconds)
            if answered.error or answered.server_error:
                second.failures[answered.operation] += 1

    def take(self, alias: AliasId, *versions: str) -> tuple[tuple[VersionSample, Mapping[str, int]], ...]:
        """What each version answered since the last take, with its failures by operation; then begin anew."""
        with self._lock:
            seconds = self._watched.get(alias, {})
            taken = tuple(seconds.pop(version, _Second()) for version in versions)
        return tuple(
            (_sample(version, second), dict(second.failures)) for version, second in zip(versions, taken, strict=True)
        )


def _sample(version: str, second: _Second) -> VersionSample:
    ordered = sorted(second.latencies)
    return VersionSample(
        version=version,
        requests=second.requests,
        errors=second.errors,
        server_errors=second.server_errors,
        p50_ms=_nearest_rank(ordered, 0.50),
        p99_ms=_nearest_rank(ordered, 0.99),
    )


def _nearest_rank(ordered: list[float], fraction: float) -> float | None:
    if not ordered:
        return None
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * fraction))], 3)
