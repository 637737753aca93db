"""Every metric that the world publishes, per account and region, in world time."""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from pipeline.rehearsal.world.alarms import MetricKey, MetricStore

type Place = tuple[str, str]
"""Account and region."""

type Dimensions = Mapping[str, str]

STANDARD_RESOLUTION_S = 60


@dataclass(frozen=True, slots=True)
class Measure:
    """One number to publish, `count` times."""

    name: str
    value: float
    unit: str = "Count"
    count: float = 1.0


class Telemetry:
    """The metric stores of all places; `now` is the world's clock. Safe to use from any thread."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._stores: dict[Place, MetricStore] = {}
        self._lock = threading.Lock()

    def publish(
        self,
        place: Place,
        namespace: str,
        measures: Iterable[Measure],
        dimension_sets: Iterable[Dimensions],
        *,
        at: float | None = None,
        resolution_s: int = STANDARD_RESOLUTION_S,
    ) -> None:
        """Every measure once under each set of dimensions, at a world time (now without one)."""
        when = self._now() if at is None else at
        measured = tuple(measures)
        with self._lock:
            store = self._stores.setdefault(place, MetricStore())
            for dimensions in dimension_sets:
                fixed = frozenset(dimensions.items())
                for measure in measured:
                    key = _key(namespace, measure.name, fixed)
                    store.put(
                        key, when, measure.value, unit=measure.unit, count=measure.count, resolution_s=resolution_s
                    )

    def publish_set(
        self,
        place: Place,
        key: MetricKey,
        unit: str,
        count: float,
        total: float,
        least: float,
        most: float,
        *,
        at: float | None = None,
    ) -> None:
        """A statistic set, at a world time (now without one)."""
        when = self._now() if at is None else at
        with self._lock:
            store = self._stores.setdefault(place, MetricStore())
            store.put_statistics(key, when, count=count, total=total, minimum=least, maximum=most, unit=unit)

    def series(self) -> dict[str, int]:
        """How many metrics each place has."""
        with self._lock:
            return {f"{account} {region}": len(store.keys()) for (account, region), store in self._stores.items()}

    def read[T](self, place: Place, look: Callable[[MetricStore], T]) -> T:
        """What `look` finds in one place's store, which nobody changes meanwhile."""
        with self._lock:
            return look(self._stores.setdefault(place, MetricStore()))


@lru_cache(20_000)
def _key(namespace: str, name: str, dimensions: frozenset[tuple[str, str]]) -> MetricKey:
    """The same key for the same metric: each request publishes forty."""
    return MetricKey(namespace, name, dimensions)
