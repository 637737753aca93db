"""The functions of metric math, on values already calculated.

Source of each rule: CloudWatch User Guide, "Using math expressions with CloudWatch metrics", table of functions. Many
of them carry its warning that an alarm fetches more datapoints than it evaluates, so SUM, AVG, RUNNING_SUM and their
like see the whole evaluation range: here they do too.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from statistics import pstdev

from pipeline.rehearsal.world.alarms.math_values import Series, SeriesList, Value, each, finite

REFUSED = {
    "SEARCH": "an alarm can't be based on a SEARCH expression, it may return several time series",
    "ANOMALY_DETECTION_BAND": "CloudWatch knows it, but bands are not rehearsed",
    "INSIGHT_RULE_METRIC": "CloudWatch knows it, but Contributor Insights is not rehearsed",
    "SERVICE_QUOTA": "CloudWatch knows it, but quotas are not rehearsed",
    "DB_PERF_INSIGHTS": "CloudWatch knows it, but Performance Insights is not rehearsed",
    "LAMBDA": "CloudWatch knows it, but data source connectors are not rehearsed",
    "SELECT": "CloudWatch knows it, but Metrics Insights is not rehearsed",
    "SORT": "CloudWatch knows it, but it is not rehearsed",
    "SLICE": "CloudWatch knows it, but it is not rehearsed",
}


class WrongArgumentError(Exception):
    """A function got what it can't take; the caller adds expression and position."""


@dataclass(frozen=True, slots=True)
class Grid:
    """The periods all series lie on: their starts in epoch seconds, and their length."""

    starts: tuple[int, ...]
    period_s: int


EACH_POINT: dict[str, Callable[[float], object]] = {
    "ABS": abs,
    "CEIL": math.ceil,
    "FLOOR": math.floor,
    "LOG": math.log,
    "LOG10": math.log10,
}


def average(values: Series) -> float:
    """The mean over every place: "Missing values are treated as 0"."""
    return math.fsum(present(values)) / len(values)


def present(values: Series) -> list[float]:
    """The values that exist."""
    return [value for value in values if value is not None]


GATHERED: dict[str, Callable[[Series], float]] = {
    "AVG": average,
    "MAX": lambda values: max(present(values)),
    "MIN": lambda values: min(present(values)),
    "SUM": lambda values: math.fsum(present(values)),
    "STDDEV": lambda values: pstdev(present(values)),
    "DATAPOINT_COUNT": lambda values: float(len(present(values))),
}


def gathered(function: str, value: Value) -> Value | None:
    """AVG and its like: of one series a scalar (None if it is empty), of an array one series across it."""
    gather = GATHERED[function]
    if isinstance(value, SeriesList):
        return tuple(_across(gather, column) for column in zip(*value.items, strict=True))
    if isinstance(value, tuple):
        return _across(gather, value)
    raise WrongArgumentError("takes a time series or an array of them, got a scalar")


def _across(gather: Callable[[Series], float], values: Series) -> float | None:
    return finite(gather(values)) if present(values) else None


def by_series(function: Callable[[Series, Grid], Series], value: Value, grid: Grid) -> Value:
    """A function of one series on a series, or on each of an array."""
    if isinstance(value, SeriesList):
        return SeriesList(tuple(function(series, grid) for series in value.items))
    if isinstance(value, tuple):
        return function(value, grid)
    raise WrongArgumentError("takes a time series or an array of them, got a scalar")


def running_sum(series: Series, _: Grid) -> Series:
    """The sum of all values so far; nothing where there is no value."""
    total = 0.0
    sums: list[float | None] = []
    for value in series:
        total += value or 0.0
        sums.append(None if value is None else total)
    return tuple(sums)


def _steps(series: Series, grid: Grid, step: Callable[[float, float], float]) -> Series:
    """step(difference of values, seconds between) from each value to the one before it, over gaps."""
    result: list[float | None] = []
    before: tuple[float, int] | None = None
    for value, start in zip(series, grid.starts, strict=True):
        result.append(None if value is None or before is None else step(value - before[0], start - before[1]))
        before = before if value is None else (value, start)
    return tuple(result)


def rate(series: Series, grid: Grid) -> Series:
    """Change per second since the previous value."""
    return _steps(series, grid, lambda change, seconds: change / seconds)


def diff(series: Series, grid: Grid) -> Series:
    """Change since the previous value."""
    return _steps(series, grid, lambda change, _: change)


def diff_time(series: Series, grid: Grid) -> Series:
    """Seconds since the previous value."""
    return _steps(series, grid, lambda _, seconds: float(seconds))


BY_SERIES: dict[str, Callable[[Series, Grid], Series]] = {
    "RUNNING_SUM": running_sum,
    "RATE": rate,
    "DIFF": diff,
    "DIFF_TIME": diff_time,
}

OF_TIME: dict[str, Callable[[datetime], float]] = {
    "MINUTE": lambda when: when.minute,
    "HOUR": lambda when: when.hour,
    "DAY": lambda when: when.isoweekday(),
    "DATE": lambda when: when.day,
    "MONTH": lambda when: when.month,
    "YEAR": lambda when: when.year,
    "EPOCH": lambda when: when.timestamp(),
}


def of_time(function: str, grid: Grid) -> Series:
    """The clock's value at each period's start, in UTC; gaps of the argument are filled ("non-sparse")."""
    return tuple(float(OF_TIME[function](datetime.fromtimestamp(start, UTC))) for start in grid.starts)


def of_array(function: str, value: Value) -> Value:
    """FIRST, LAST, METRIC_COUNT and REMOVE_EMPTY."""
    if not isinstance(value, SeriesList):
        raise WrongArgumentError("takes an array of time series")
    if function == "METRIC_COUNT":
        return float(len(value.items))
    if function == "REMOVE_EMPTY":
        return SeriesList(tuple(s for s in value.items if any(point is not None for point in s)))
    if not value.items:
        raise WrongArgumentError("the array is empty")
    return value.items[0 if function == "FIRST" else -1]


def filled(series: Series, filler: Value | str) -> Series:
    """FILL: REPEAT the value before, LINEAR between the values around, a scalar, or another series.

    A gap without a value before it (REPEAT), or on both sides (LINEAR), stays.
    """
    if filler == "REPEAT":
        return _repeated(series)
    if filler == "LINEAR":
        return _interpolated(series)
    if isinstance(filler, float):
        return tuple(filler if value is None else value for value in series)
    if isinstance(filler, tuple):
        return tuple(other if value is None else value for value, other in zip(series, filler, strict=True))
    raise WrongArgumentError("fills with a number, a time series, REPEAT or LINEAR")


def _repeated(series: Series) -> Series:
    result: list[float | None] = []
    last: float | None = None
    for value in series:
        last = last if value is None else value
        result.append(last)
    return tuple(result)


def _interpolated(series: Series) -> Series:
    result = list(series)
    known = [(place, value) for place, value in enumerate(series) if value is not None]
    for (left, low), (right, high) in pairwise(known):
        for place in range(left + 1, right):
            result[place] = low + (high - low) * (place - left) / (right - left)
    return tuple(result)


def chosen(condition: Value, yes: Value, no: Value | None, grid: Grid) -> Series:
    """IF, as its section "Using IF expressions" lists it.

    Per datapoint of the condition: missing -> missing; true -> `yes`, 0 where `yes` has no value; false -> `no`,
    missing where it has none or is omitted. A scalar condition takes one branch whole.
    """
    if any(isinstance(value, SeriesList) for value in (condition, yes, no)):
        raise WrongArgumentError("takes no array of time series")
    if not any(isinstance(value, tuple) for value in (condition, yes, no)):
        raise WrongArgumentError("needs a time series in its condition or its branches")
    width = len(grid.starts)
    if isinstance(condition, float):
        return _spread(yes if condition != 0 else no, width)
    tests, wanted, other = (_spread(value, width) for value in (condition, yes, no))
    return tuple(
        None if test is None else (a if a is not None else 0.0) if test != 0 else b
        for test, a, b in zip(tests, wanted, other, strict=True)
    )


def _spread(value: Value | None, width: int) -> Series:
    """A branch as a series."""
    if isinstance(value, tuple):
        return value
    return (value,) * width if isinstance(value, float) else (None,) * width


def each_point(function: str, value: Value) -> Value | None:
    """ABS, CEIL, FLOOR, LOG and LOG10."""
    return each(EACH_POINT[function], value)


SPECIAL = frozenset({"METRICS", "PERIOD", "FILL", "IF", "TIME_SERIES"})
KNOWN = (
    SPECIAL
    | EACH_POINT.keys()
    | GATHERED.keys()
    | BY_SERIES.keys()
    | OF_TIME.keys()
    | {"FIRST", "LAST", "METRIC_COUNT", "REMOVE_EMPTY"}
)
