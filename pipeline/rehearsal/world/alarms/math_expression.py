"""Evaluates the rows of a metric math alarm to the one time series it watches.

Source: CloudWatch User Guide, "Using math expressions with CloudWatch metrics".
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.rehearsal.world.alarms import math_functions as functions
from pipeline.rehearsal.world.alarms.math_functions import Grid, WrongArgumentError
from pipeline.rehearsal.world.alarms.math_rows import FILLERS, Calculation
from pipeline.rehearsal.world.alarms.math_syntax import Binary, Call, Listed, Negated, Node, Number, Text, Word, problem
from pipeline.rehearsal.world.alarms.math_values import OPERATORS, Series, SeriesList, Value, each, kind, pointwise
from pipeline.rehearsal.world.alarms.metric import MetricQuery
from pipeline.rehearsal.world.alarms.problem import AlarmProblem

type Maybe = Value | None
"""None: a scalar without a result, such as MAX of an empty series; what is calculated with it has no datapoints."""


def evaluate_math(
    alarm: str, watched: MetricQuery, calculations: tuple[Calculation, ...], stored: Mapping[str, Series], grid: Grid
) -> Series:
    """The watched row's series; `stored` holds the series of each row that is a metric, on the periods of `grid`."""
    values: dict[str, Maybe] = dict(stored)
    for row_id, text, tree in calculations:
        values[row_id] = _Evaluator(text, values, stored, grid).value(tree)
    return _one_series(alarm, watched, values[watched.id], len(grid.starts))


def _one_series(alarm: str, watched: MetricQuery, value: Maybe, width: int) -> Series:
    if isinstance(value, SeriesList) and len(value.items) == 1:
        return value.items[0]
    if isinstance(value, tuple):
        return value
    if value is None:
        return (None,) * width
    raise AlarmProblem(
        f"alarm {alarm}: metric math {watched.expression!r} gives {kind(value)}; an alarm watches one time series"
    )


@dataclass(frozen=True, slots=True)
class _Evaluator:
    """One expression over the values of the rows before it."""

    text: str
    values: Mapping[str, Maybe]
    metrics: Mapping[str, Series]
    grid: Grid

    def value(self, node: Node) -> Maybe:
        """The value of a node; None is a scalar without a result."""
        match node:
            case Number(value):
                return value
            case Word(name):
                if name not in self.values:
                    raise problem(self.text, node.position, f"{name} only stands as second argument of FILL")
                return self.values[name]
            case Text():
                raise problem(self.text, node.position, "a text only stands as argument of METRICS")
            case Negated(operand):
                inner = self.value(operand)
                return None if inner is None else each(lambda number: -number, inner)
            case Listed(items):
                return self._listed(items)
            case Binary():
                return self._binary(node)
            case Call():
                return self._call(node)

    def _binary(self, node: Binary) -> Maybe:
        left, right = self.value(node.left), self.value(node.right)
        if left is None or right is None:
            return self._empty_like(left if right is None else right)
        result = pointwise(OPERATORS[node.operator], left, right)
        if result is None and (isinstance(left, SeriesList) or isinstance(right, SeriesList)):
            raise problem(self.text, node.position, f"{node.operator} between arrays of different length")
        return result

    def _empty_like(self, value: Maybe) -> Maybe:
        """What an operation with a scalar that has no result leaves of its other side."""
        empty: Series = (None,) * len(self.grid.starts)
        if isinstance(value, SeriesList):
            return SeriesList((empty,) * len(value.items))
        return empty if isinstance(value, tuple) else None

    def _listed(self, items: tuple[Node, ...]) -> SeriesList:
        """An array; arrays inside it are laid flat."""
        flat: list[Series] = []
        for node in items:
            value = self.value(node)
            if isinstance(value, SeriesList):
                flat.extend(value.items)
            elif isinstance(value, tuple):
                flat.append(value)
            else:
                raise problem(self.text, node.position, "an array holds time series, got a scalar; use TIME_SERIES")
        return SeriesList(tuple(flat))

    def _call(self, node: Call) -> Maybe:
        try:
            match node.function:
                case "METRICS":
                    return self._metrics(node)
                case "PERIOD":
                    return self._period(node)
                case "FILL":
                    return self._fill(node)
                case "IF":
                    return self._if(node)
                case _:
                    return self._plain(node)
        except WrongArgumentError as error:
            raise problem(self.text, node.position, f"{node.function}: {error}") from error

    def _plain(self, node: Call) -> Maybe:
        """A function of exactly one value."""
        self._takes(node, 1, 1)
        value = self.value(node.arguments[0])
        if value is None:
            return None
        name = node.function
        if name in functions.EACH_POINT:
            return functions.each_point(name, value)
        if name in functions.GATHERED:
            return functions.gathered(name, value)
        if name in functions.BY_SERIES:
            return functions.by_series(functions.BY_SERIES[name], value, self.grid)
        if name in functions.OF_TIME:
            return functions.of_time(name, self.grid)
        if name == "TIME_SERIES":
            return self._time_series(value)
        return functions.of_array(name, value)

    def _time_series(self, value: Value) -> Series:
        if not isinstance(value, float):
            raise WrongArgumentError(f"takes a scalar, got {kind(value)}")
        return (value,) * len(self.grid.starts)

    def _metrics(self, node: Call) -> SeriesList:
        """All metrics of the alarm, or those whose id contains the text; expressions aren't included."""
        self._takes(node, 0, 1)
        part = ""
        if node.arguments:
            if not isinstance(node.arguments[0], Text):
                raise WrongArgumentError('takes a quoted text, such as METRICS("errors")')
            part = node.arguments[0].value
        return SeriesList(tuple(series for row_id, series in self.metrics.items() if part in row_id))

    def _period(self, node: Call) -> float:
        """Seconds; "Valid input is metrics, not the results of other expressions"."""
        self._takes(node, 1, 1)
        argument = node.arguments[0]
        if not isinstance(argument, Word) or argument.name not in self.metrics:
            raise WrongArgumentError("takes the id of a metric, not an expression")
        return float(self.grid.period_s)

    def _fill(self, node: Call) -> Value:
        self._takes(node, 2, 2)
        second = node.arguments[1]
        filler = second.name if isinstance(second, Word) and second.name in FILLERS else self.value(second)
        value = self.value(node.arguments[0])
        if value is None or isinstance(value, float):
            raise WrongArgumentError("takes a time series or an array of them, got a scalar")
        if filler is None:
            return value
        return functions.by_series(lambda series, _: functions.filled(series, filler), value, self.grid)

    def _if(self, node: Call) -> Series:
        self._takes(node, 2, 3)
        condition, yes, *rest = (self.value(argument) for argument in node.arguments)
        if condition is None:
            return (None,) * len(self.grid.starts)
        return functions.chosen(condition, self._branch(yes), rest[0] if rest else None, self.grid)

    def _branch(self, value: Maybe) -> Value:
        return (None,) * len(self.grid.starts) if value is None else value

    def _takes(self, node: Call, least: int, most: int) -> None:
        count = len(node.arguments)
        if not least <= count <= most:
            wanted = str(least) if least == most else f"{least} or {most}"
            raise problem(self.text, node.position, f"{node.function} takes {wanted} arguments, got {count}")
