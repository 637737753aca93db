"""Samples of one period and the statistics CloudWatch draws from them.

Source: CloudWatch User Guide, "CloudWatch statistics definitions". AWS does not publish how it interpolates a
percentile; here it is linear between the two closest ranks of the samples.
"""

import re
from dataclasses import dataclass, field

from pipeline.rehearsal.world.alarms.problem import AlarmProblem

PLAIN = ("SampleCount", "Sum", "Average", "Minimum", "Maximum")
PERCENTILE = re.compile(r"^p(\d{1,2}(?:\.\d{1,10})?|100)$")
KNOWN_BUT_REFUSED = re.compile(r"^(tm|wm|tc|ts|pr)\d|^(TM|WM|TC|TS|PR)\(|^IQM$")
MOST_VALUES = 1_000
"""Distinct values kept exactly per bucket of time; beyond that three digits are kept, so memory stays bounded."""


def check_statistic(statistic: str, where: str) -> None:
    """Refuse a statistic we can't compute, by its name."""
    if statistic in PLAIN or PERCENTILE.match(statistic):
        return
    if KNOWN_BUT_REFUSED.match(statistic):
        raise AlarmProblem(
            f"metric {where}: statistic {statistic!r} is CloudWatch's, but not rehearsed; use a percentile (p99)"
        )
    raise AlarmProblem(f"metric {where}: unknown statistic {statistic!r}; use one of {', '.join(PLAIN)} or pNN")


@dataclass(slots=True)
class Samples:
    """The samples of one bucket of time.

    `values` is value -> how often, or None when a statistic set hid them: then there is no percentile, as
    CloudWatch needs the raw data ("CloudWatch statistics definitions", Percentiles).
    """

    count: float = 0.0
    total: float = 0.0
    least: float = float("inf")
    most: float = float("-inf")
    values: dict[float, float] | None = field(default_factory=dict)
    coarse: bool = False

    def add(self, value: float, count: float = 1.0) -> None:
        """Add one value, `count` times."""
        self.count += count
        self.total += value * count
        if value < self.least:
            self.least = value
        if value > self.most:
            self.most = value
        if self.values is not None:
            self._keep(self.values, value, count)

    def add_set(self, count: float, total: float, least: float, most: float) -> None:
        """Add a statistic set; its values stay known only if all of them are the same."""
        self.count += count
        self.total += total
        self.least = min(self.least, least)
        self.most = max(self.most, most)
        if least != most:
            self.values = None
        elif self.values is not None:
            self._keep(self.values, least, count)

    def merge(self, other: "Samples") -> None:
        """Add all of another bucket."""
        self.count += other.count
        self.total += other.total
        self.least = min(self.least, other.least)
        self.most = max(self.most, other.most)
        if self.values is None or other.values is None:
            self.values = None
            return
        for value, count in other.values.items():
            self.values[value] = self.values.get(value, 0.0) + count

    def _keep(self, values: dict[float, float], value: float, count: float) -> None:
        """Remember a value; past the bound every value is kept to three digits, so memory stays bounded."""
        kept = three_digits(value) if self.coarse else value
        values[kept] = values.get(kept, 0.0) + count
        if len(values) > MOST_VALUES and not self.coarse:
            self.coarse = True
            exact = list(values.items())
            values.clear()
            for one, often in exact:
                values[three_digits(one)] = values.get(three_digits(one), 0.0) + often


def three_digits(value: float) -> float:
    """The value to three significant digits (at most 0.5 % off)."""
    return float(f"{value:.2e}")


def statistic_of(samples: Samples, statistic: str) -> float | None:
    """The statistic, or None where there is none."""
    if samples.count <= 0:
        return None
    match statistic:
        case "SampleCount":
            return samples.count
        case "Sum":
            return samples.total
        case "Average":
            return samples.total / samples.count
        case "Minimum":
            return samples.least
        case "Maximum":
            return samples.most
        case _:
            return percentile_of(samples, float(statistic[1:]))


def percentile_of(samples: Samples, percent: float) -> float | None:
    """The percentile (0 to 100), or None if the values are hidden or one is negative.

    Source: "CloudWatch statistics definitions", Percentiles: none for metrics with negative values.
    """
    if samples.values is None or samples.least < 0:
        return None
    rank = (samples.count - 1) * percent / 100
    seen = 0.0
    below: float | None = None
    for value in sorted(samples.values):
        seen += samples.values[value]
        if below is not None:
            return below + (value - below) * (rank - int(rank))
        if seen - 1 >= rank:
            return value
        if seen - 1 >= int(rank):
            below = value
    return samples.most


def too_few_for(statistic: str, samples: float) -> bool:
    """Whether a percentile stands on too few samples to say much.

    Source: CloudWatch User Guide, "Percentile-based alarms and low data samples": 10/(1-p) samples from the median
    up, 10/p below it, p as a fraction.
    """
    if statistic in PLAIN:
        return False
    fraction = float(statistic[1:]) / 100
    rarer = 1 - fraction if fraction >= 0.5 else fraction
    return rarer > 0 and samples < round(10 / rarer, 6)
