"""Metric math as text -> a tree: a tokenizer and a precedence climber.

Source of the grammar: CloudWatch User Guide, "Using math expressions with CloudWatch metrics". AWS states no
precedence; it is the usual one: OR, AND, comparison, sum, product, sign, power (which binds to the right).
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from pipeline.rehearsal.world.alarms.problem import AlarmProblem

LONGEST_EXPRESSION = 2048
DEEPEST_NESTING = 50
MOST_OPERATORS = 150
TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)
    |(?P<word>[A-Za-z][A-Za-z0-9_]*)
    |(?P<text>"[^"]*"|'[^']*')
    |(?P<sign>==|!=|<=|>=|&&|\|\||[-+*/^<>(),\[\]]))""",
    re.VERBOSE,
)
BINDING = {
    "OR": 1, "AND": 2, "==": 3, "!=": 3, "<=": 3, ">=": 3, "<": 3, ">": 3,
    "+": 4, "-": 4, "*": 5, "/": 5, "^": 7,
}  # fmt: skip
SIGN_BINDING = 6
SPELLED = {"&&": "AND", "||": "OR"}


@dataclass(frozen=True, slots=True)
class Number:
    """A literal."""

    value: float
    position: int


@dataclass(frozen=True, slots=True)
class Word:
    """The id of another row, or a bare keyword such as REPEAT."""

    name: str
    position: int


@dataclass(frozen=True, slots=True)
class Text:
    """A quoted string, for METRICS("errors")."""

    value: str
    position: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments."""

    function: str
    arguments: tuple["Node", ...]
    position: int


@dataclass(frozen=True, slots=True)
class Negated:
    """Unary subtraction."""

    operand: "Node"
    position: int


@dataclass(frozen=True, slots=True)
class Binary:
    """An operator between two operands; AND and OR are spelled out."""

    operator: str
    left: "Node"
    right: "Node"
    position: int


@dataclass(frozen=True, slots=True)
class Listed:
    """`[m1, m2]`: an array of time series."""

    items: tuple["Node", ...]
    position: int


type Node = Number | Word | Text | Call | Negated | Binary | Listed


def problem(expression: str, position: int, what: str) -> AlarmProblem:
    """A complaint that shows the expression and the place in it (counted from 1)."""
    return AlarmProblem(f"metric math {expression!r}, position {position + 1}: {what}")


@lru_cache(maxsize=1024)
def parse(expression: str) -> Node:
    """The tree of one expression."""
    if len(expression) > LONGEST_EXPRESSION:
        raise problem(expression[:40] + "...", 0, f"{len(expression)} characters; at most {LONGEST_EXPRESSION}")
    return _Parser(expression).whole()


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    value: str
    position: int


def _tokens(expression: str) -> list[_Token]:
    """The tokens, closed by one of kind `end`."""
    tokens: list[_Token] = []
    position, end = 0, len(expression.rstrip())
    while position < end:
        match = TOKEN.match(expression, position)
        if match is None or match.lastgroup is None:
            at = position + len(expression[position:]) - len(expression[position:].lstrip())
            raise problem(expression, at, f"unexpected character {expression[at]!r}")
        value = match[match.lastgroup]
        tokens.append(_Token(match.lastgroup, SPELLED.get(value, value), match.start(match.lastgroup)))
        position = match.end()
    return [*tokens, _Token("end", "the end", end)]


class _Parser:
    """Walks the tokens once; holds nothing but its place."""

    def __init__(self, expression: str) -> None:
        self._expression = expression
        self._tokens = _tokens(expression)
        self._next = 0
        self._depth = 0
        self._operators = 0

    def whole(self) -> Node:
        """The whole expression, nothing left over."""
        node = self._binary(0)
        self._expect("the end")
        return node

    def _binary(self, floor: int) -> Node:
        self._depth += 1
        if self._depth > DEEPEST_NESTING:
            raise self._wrong(f"nested deeper than {DEEPEST_NESTING} levels; split it into several rows")
        left = self._signed()
        while (binding := BINDING.get(self._token.value, 0)) > floor:
            operator = self._operator()
            right = self._binary(binding - 1 if operator.value == "^" else binding)
            left = Binary(operator.value, left, right, operator.position)
        self._depth -= 1
        return left

    def _operator(self) -> _Token:
        self._operators += 1
        if self._operators > MOST_OPERATORS:
            raise self._wrong(f"more than {MOST_OPERATORS} operators; split it into several rows")
        return self._take()

    def _signed(self) -> Node:
        if self._token.value == "-":
            sign = self._take()
            return Negated(self._binary(SIGN_BINDING), sign.position)
        return self._primary()

    def _primary(self) -> Node:
        token = self._take()
        match token.kind, token.value:
            case "number", value:
                return Number(float(value), token.position)
            case "text", value:
                return Text(value[1:-1], token.position)
            case "word", ("AND" | "OR"):
                raise self._wrong(f"{token.value} needs an operand on its left", token)
            case "word", name:
                return self._call(token) if self._token.value == "(" else Word(name, token.position)
            case _, "(":
                inner = self._binary(0)
                self._expect(")")
                return inner
            case _, "[":
                return Listed(self._items("]"), token.position)
        raise self._wrong(f"expected a metric, a number or a function, found {token.value!r}", token)

    def _call(self, name: _Token) -> Call:
        self._take()
        return Call(name.value, self._items(")"), name.position)

    def _items(self, closing: str) -> tuple[Node, ...]:
        """Arguments up to the closing bracket."""
        if self._token.value == closing:
            self._take()
            return ()
        items = [self._binary(0)]
        while self._token.value == ",":
            self._take()
            items.append(self._binary(0))
        self._expect(closing)
        return tuple(items)

    @property
    def _token(self) -> _Token:
        return self._tokens[self._next]

    def _take(self) -> _Token:
        token = self._token
        if token.kind != "end":
            self._next += 1
        return token

    def _expect(self, value: str) -> None:
        if self._token.value != value:
            raise self._wrong(f"expected {value}, found {self._token.value!r}")
        self._take()

    def _wrong(self, what: str, token: _Token | None = None) -> AlarmProblem:
        return problem(self._expression, (token or self._token).position, what)
