"""The values of metric math: a scalar, a time series, an array of time series; and arithmetic on them.

All series of one evaluation lie on the same periods, so a time series is a tuple with None where there is no value.
Source of the rules: CloudWatch User Guide, "Using math expressions with CloudWatch metrics".
"""

import math
import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass

type Series = tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class SeriesList:
    """TS[]: an array of time series."""

    items: tuple[Series, ...]


type Value = float | Series | SeriesList


def finite(value: object) -> float | None:
    """The number, or None where the calculation has no finite real result: that datapoint is dropped."""
    if isinstance(value, int | float) and math.isfinite(value):
        return float(value)
    return None


def calculated(function: Callable[..., object], *operands: float) -> float | None:
    """The result, or None where there is none: dividing by zero drops the datapoint, says AWS; the rest likewise."""
    try:
        return finite(function(*operands))
    except (ZeroDivisionError, ValueError, OverflowError):
        return None


OPERATORS: dict[str, Callable[[float, float], object]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "^": operator.pow,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "AND": lambda left, right: left != 0 and right != 0,
    "OR": lambda left, right: left != 0 or right != 0,
}


def pointwise(function: Callable[[float, float], object], left: Value, right: Value) -> Value | None:
    """An operator between any two values; None for two scalars without a result.

    Where only one of two series has a value, the other counts as 0 ("Missing values in a time series are treated as
    0"; the same sentence stands under the comparison operators). Where neither has one, the result has none.
    """
    if isinstance(left, SeriesList) or isinstance(right, SeriesList):
        return _by_item(function, left, right)
    if isinstance(left, tuple) and isinstance(right, tuple):
        return tuple(_of_two(function, a, b) for a, b in zip(left, right, strict=True))
    if isinstance(left, tuple) and isinstance(right, float):
        return tuple(None if a is None else calculated(function, a, right) for a in left)
    if isinstance(left, float) and isinstance(right, tuple):
        return tuple(None if b is None else calculated(function, left, b) for b in right)
    if isinstance(left, float) and isinstance(right, float):
        return calculated(function, left, right)
    return None


def _of_two(function: Callable[[float, float], object], left: float | None, right: float | None) -> float | None:
    if left is None and right is None:
        return None
    return calculated(function, 0.0 if left is None else left, 0.0 if right is None else right)


def _by_item(function: Callable[[float, float], object], left: Value, right: Value) -> SeriesList | None:
    """Array with array of the same length, or array with one value for all."""
    count = (
        len(left.items) if isinstance(left, SeriesList) else len(right.items) if isinstance(right, SeriesList) else 0
    )
    lefts: Iterable[Value] = left.items if isinstance(left, SeriesList) else (left,) * count
    rights: Iterable[Value] = right.items if isinstance(right, SeriesList) else (right,) * count
    results = [pointwise(function, a, b) for a, b in zip(lefts, rights, strict=False)]
    series = tuple(result for result in results if isinstance(result, tuple))
    same = not (isinstance(left, SeriesList) and isinstance(right, SeriesList)) or len(left.items) == len(right.items)
    return SeriesList(series) if same and len(series) == len(results) else None


def each(function: Callable[[float], object], value: Value) -> Value | None:
    """A function of one number on every datapoint."""
    if isinstance(value, SeriesList):
        return SeriesList(tuple(_each_point(function, series) for series in value.items))
    if isinstance(value, tuple):
        return _each_point(function, value)
    return calculated(function, value)


def _each_point(function: Callable[[float], object], series: Series) -> Series:
    return tuple(None if point is None else calculated(function, point) for point in series)


def kind(value: Value) -> str:
    """What a value is, in AWS's words."""
    if isinstance(value, SeriesList):
        return "an array of time series"
    return "a time series" if isinstance(value, tuple) else "a scalar"
