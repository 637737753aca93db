"""CloudWatch's metric math, as far as alarms need it, over series that hold the same value in every period. Pure.

Source: CloudWatch user guide, "Using math expressions with CloudWatch metrics". A steady series is enough to ask if an
alarm ever fires: what it says of one period it says of all. None is a period without data; arithmetic with it, and a
division by zero, has none either. Whatever else there is in the language (SEARCH, METRICS, bands of anomaly detection)
is CannotTell: the guard refuses what it can't work out rather than guess.
"""

import ast
import math
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache

type Value = float | None
type Values = Mapping[str, Value]

_WORDS = (
    (re.compile(r"\bAND\b|&&", re.IGNORECASE), " and "),
    (re.compile(r"\bOR\b|\|\|", re.IGNORECASE), " or "),
    (re.compile(r"\bIF\b", re.IGNORECASE), "IF"),
    (re.compile(r"\^"), "**"),
)
_OPERATORS: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: lambda left, right: left + right,
    ast.Sub: lambda left, right: left - right,
    ast.Mult: lambda left, right: left * right,
    ast.Div: lambda left, right: left / right,
    ast.Pow: lambda left, right: left**right,
}
_COMPARISONS: Mapping[type[ast.cmpop], Callable[[float, float], bool]] = {
    ast.Gt: lambda left, right: left > right,
    ast.GtE: lambda left, right: left >= right,
    ast.Lt: lambda left, right: left < right,
    ast.LtE: lambda left, right: left <= right,
    ast.Eq: lambda left, right: left == right,
    ast.NotEq: lambda left, right: left != right,
}
_OF_ONE: Mapping[str, Callable[[float], float]] = {
    "ABS": abs,
    "CEIL": math.ceil,
    "FLOOR": math.floor,
    "LOG": math.log,
    "LOG10": math.log10,
    "DIFF": lambda _: 0.0,
    "RATE": lambda _: 0.0,
    "STDDEV": lambda _: 0.0,
}
_OF_SEVERAL: Mapping[str, Callable[[Sequence[float]], float]] = {
    "SUM": sum,
    "MAX": max,
    "MIN": min,
    "AVG": lambda values: sum(values) / len(values),
}


class CannotTell(Exception):
    """An expression that is not worked out here: says why."""


def evaluate(expression: str, values: Values) -> Value:
    """What `expression` says of a period in which its rows have these values, by their ids. Raises CannotTell."""
    try:
        return _Evaluation(values).of(_parsed(expression))
    except (ArithmeticError, ValueError, TypeError):  # the last for roots of what is below 0
        return None


@cache
def ids_in(expression: str) -> frozenset[str]:
    """The ids of the rows that `expression` reads. Raises CannotTell."""
    tree = _parsed(expression)
    functions = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    names = (node for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in functions)
    return frozenset(node.id for node in names if not node.id.isupper())


@cache
def _parsed(expression: str) -> ast.expr:
    for pattern, word in _WORDS:
        expression = pattern.sub(word, expression)
    try:
        return ast.parse(expression.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as problem:
        raise CannotTell(f"{expression.strip()!r} is no expression that the guard can read") from problem


class _Evaluation:
    """One walk through a tree, with the values of its rows."""

    def __init__(self, values: Values) -> None:
        self._values = values

    def of(self, node: ast.expr) -> Value:
        """The value of a node."""
        match node:
            case ast.Constant(value=bool()):
                raise CannotTell("it holds a word that is no number")
            case ast.Constant(value=int() | float() as number):
                return float(number)
            case ast.Name(id=name) if name in self._values:
                return self._values[name]
            case ast.Name(id=name):
                raise CannotTell(f"no row is called {name}")
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                value = self.of(operand)
                return None if value is None else -value
            case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _OPERATORS:
                return self._both(_OPERATORS[type(operator)], self.of(left), self.of(right))
            case ast.Compare(left=left, ops=[operator], comparators=[right]) if type(operator) in _COMPARISONS:
                return self._both(_COMPARISONS[type(operator)], self.of(left), self.of(right))
            case ast.BoolOp(op=operator, values=operands):
                return self._logic(isinstance(operator, ast.And), [self.of(each) for each in operands])
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                return self._call(name.upper(), arguments)
        raise CannotTell(f"the guard does not know what {ast.unparse(node)!r} says")

    def _both(self, operator: Callable[[float, float], float], left: Value, right: Value) -> Value:
        return None if left is None or right is None else float(operator(left, right))

    def _logic(self, every: bool, values: Sequence[Value]) -> Value:
        if any(value is None for value in values):
            return None
        return float(all(values) if every else any(values))

    def _call(self, name: str, arguments: Sequence[ast.expr]) -> Value:
        match name, arguments:
            case "IF", [condition, then]:
                return self.of(then) if self.of(condition) else None
            case "IF", [condition, then, otherwise]:
                asked = self.of(condition)
                return None if asked is None else self.of(then if asked else otherwise)
            case "FILL", [row, ast.Name(id=word)] if word.upper() in ("REPEAT", "LINEAR"):
                return self.of(row)
            case "FILL", [row, filling]:
                value = self.of(row)
                return self.of(filling) if value is None else value
            case ("RUNNING_SUM", [row]):
                return self._running_sum(row)
            case _, [row] if name in _OF_ONE:
                value = self.of(row)
                return None if value is None else float(_OF_ONE[name](value))
            case _, [ast.List(elts=rows)] if name in _OF_SEVERAL:
                values = [value for value in map(self.of, rows) if value is not None]
                return float(_OF_SEVERAL[name](values)) if values else None
            case _, [row] if name in _OF_SEVERAL and name != "SUM":
                return self.of(row)  # over time, a steady series is what it is
        raise CannotTell(f"the guard does not know {name} with {len(arguments)} arguments")

    def _running_sum(self, row: ast.expr) -> Value:
        """After many periods: as far as it goes."""
        value = self.of(row)
        return None if value is None else value * 1_000
