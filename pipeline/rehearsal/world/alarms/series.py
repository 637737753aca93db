"""The datapoints that were put, kept by exact metric, and asked for by period and statistic.

The one mutable thing here: no clock and no I/O, so the same puts give the same answers. Memory is bounded by the
retention (per series), the number of series and the number of distinct values per bucket.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pipeline.rehearsal.world.alarms.metric import MetricKey, MetricStat
from pipeline.rehearsal.world.alarms.model import Datapoint
from pipeline.rehearsal.world.alarms.problem import AlarmProblem
from pipeline.rehearsal.world.alarms.statistics import Samples, statistic_of

STANDARD_S = 60
HIGH_S = 10
HIGH_RETENTION_S = 10_800.0
"""Sub-minute data is kept for 3 hours, as CloudWatch does (`GetMetricData`, retention)."""
LONGEST_LOOK_S = 90_000.0
"""Minutes are kept for 25 hours: a day of evaluation (the most for periods below an hour) and its extra periods."""


@dataclass(slots=True)
class Series:
    """One metric in one unit: buckets of a minute, and of ten seconds where the resolution is high."""

    minutes: dict[int, Samples] = field(default_factory=dict)
    tens: dict[int, Samples] = field(default_factory=dict)
    newest: float = float("-inf")

    def buckets(self, width_s: int) -> dict[int, Samples]:
        """The buckets of one width, by their number since the epoch."""
        return self.minutes if width_s == STANDARD_S else self.tens


@dataclass(slots=True)
class _Metric:
    """One metric in each of its units; `written` numbers the writes of its store."""

    units: dict[str | None, Series] = field(default_factory=dict)
    written: int = 0


class MetricStore:
    """Every series the world has published.

    `resolution_s` of a put is CloudWatch's StorageResolution: 60 (standard) stamps the datapoint with its minute, so
    that an alarm of 10 s sees it in one period of six; 1 keeps it fit for periods of 10, 20 and 30 s. Source:
    `PutMetricAlarm`, Period.
    """

    def __init__(self, retention_s: float = LONGEST_LOOK_S, most_series: int = 20_000) -> None:
        self._retention_s = retention_s
        self._most_series = most_series
        self._metrics: dict[MetricKey, _Metric] = {}
        self._writes = 0
        self.evicted = 0

    def put(
        self,
        key: MetricKey,
        timestamp: float,
        values: float | Iterable[float],
        *,
        unit: str | None = None,
        resolution_s: int = STANDARD_S,
        count: float = 1.0,
    ) -> None:
        """Store one value or several of the same time; `count` repeats each (`Counts` of PutMetricData)."""
        several = (float(values),) if isinstance(values, int | float) else tuple(map(float, values))
        if not all(map(math.isfinite, several)):
            raise AlarmProblem(f"metric {key}: values {several}; CloudWatch takes finite numbers only")
        for samples in self._targets(key, timestamp, unit, resolution_s):
            for value in several:
                samples.add(value, count)

    def put_statistics(
        self,
        key: MetricKey,
        timestamp: float,
        *,
        count: float,
        total: float,
        minimum: float,
        maximum: float,
        unit: str | None = None,
        resolution_s: int = STANDARD_S,
    ) -> None:
        """Store a statistic set (`StatisticValues` of PutMetricData)."""
        for samples in self._targets(key, timestamp, unit, resolution_s):
            samples.add_set(count, total, minimum, maximum)

    def keys(self) -> tuple[MetricKey, ...]:
        """Every metric that has data, least recently written first."""
        return tuple(sorted(self._metrics, key=self._written))

    def datapoints(self, stat: MetricStat, starts: Sequence[int]) -> tuple[Datapoint, ...]:
        """The statistic of each period that begins at `starts` (whole multiples of ten seconds)."""
        metric = self._metrics.get(stat.key)
        if metric is None:
            return tuple(Datapoint(start, None, 0.0) for start in starts)
        chosen = [series for unit, series in metric.units.items() if stat.unit in (None, unit)]
        whole_minutes = stat.period_s % STANDARD_S == 0 and all(start % STANDARD_S == 0 for start in starts)
        width = STANDARD_S if whole_minutes else HIGH_S
        levels = [series.buckets(width) for series in chosen]
        return tuple(_datapoint(levels, width, stat, start) for start in starts)

    def _targets(
        self, key: MetricKey, timestamp: float, unit: str | None, resolution_s: int
    ) -> tuple[Samples, Samples]:
        if resolution_s not in (1, STANDARD_S):
            raise AlarmProblem(f"metric {key}: StorageResolution {resolution_s}; it is 1 or 60")
        series = self._touch(key, unit)
        minute = math.floor(timestamp / STANDARD_S)
        ten = math.floor(timestamp / HIGH_S) if resolution_s == 1 else minute * STANDARD_S // HIGH_S
        self._forget_old(series, timestamp)
        return _bucket(series.minutes, minute), _bucket(series.tens, ten)

    def _touch(self, key: MetricKey, unit: str | None) -> Series:
        metric = self._metrics.get(key)
        if metric is None:
            if len(self._metrics) >= self._most_series:
                del self._metrics[min(self._metrics, key=self._written)]
                self.evicted += 1
            metric = self._metrics[key] = _Metric()
        self._writes += 1
        metric.written = self._writes
        series = metric.units.get(unit)
        if series is None:
            series = metric.units[unit] = Series()
        return series

    def _written(self, key: MetricKey) -> int:
        return self._metrics[key].written

    def _forget_old(self, series: Series, timestamp: float) -> None:
        before = series.newest
        if timestamp <= before:
            return
        series.newest = timestamp
        if timestamp // STANDARD_S == before // STANDARD_S:
            return
        for width, retention_s in ((STANDARD_S, self._retention_s), (HIGH_S, min(self._retention_s, HIGH_RETENTION_S))):
            buckets, horizon = series.buckets(width), timestamp - retention_s
            for number in [number for number in buckets if (number + 1) * width <= horizon]:
                del buckets[number]


def _bucket(buckets: dict[int, Samples], number: int) -> Samples:
    """The bucket of that number, made if there is none."""
    found = buckets.get(number)
    if found is None:
        found = buckets[number] = Samples()
    return found


def _datapoint(levels: Sequence[dict[int, Samples]], width_s: int, stat: MetricStat, start: int) -> Datapoint:
    """One period out of the buckets of one width."""
    found: list[Samples] = []
    for number in range(start // width_s, (start + stat.period_s) // width_s):
        for buckets in levels:
            if number in buckets:
                found.append(buckets[number])
    if not found:
        return Datapoint(start, None, 0.0)
    merged = found[0] if len(found) == 1 else merge(found)
    return Datapoint(start, statistic_of(merged, stat.statistic), merged.count)


def merge(found: Iterable[Samples]) -> Samples:
    """All buckets as one, the originals untouched."""
    merged = Samples()
    for samples in found:
        merged.merge(samples)
    return merged
