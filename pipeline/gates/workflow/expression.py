"""GitHub's expressions: read, and evaluated as far as the values are known. Pure.

What nobody can know before a run (a secret, an output) is `Unknown`; operators carry it on, and say what its truth is
where that follows. Semantics by GitHub's "Evaluate expressions in workflows and actions": comparison ignores case, and
`&&` and `||` give back a value.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>-?(?:0x[0-9a-fA-F]+|\d+(?:\.\d+)?(?:[eE][-+]?\d+)?))"
    r"|(?P<sign>&&|\|\||==|!=|<=|>=|[!<>()\[\].,*])|(?P<word>[A-Za-z_][\w-]*))"
)
_TEMPLATE = re.compile(r"\$\{\{(?P<inner>(?:'(?:[^']|'')*'|[^'}]|\}(?!\}))*)\}\}")


@dataclass(frozen=True)
class Unknown:
    """A value that only a run can know; `truth` is whether it counts as true, where that is known."""

    truth: bool | None = None


UNKNOWN = Unknown()

type Value = str | float | bool | Unknown | Mapping[str, "Value"] | None


class NoExpression(Exception):
    """A text that is no expression."""


class Open(dict[str, "Value"]):
    """A context of which only some values are known: the others are Unknown, and not null."""


@dataclass(frozen=True)
class World:
    """What an expression may ask: contexts by name, and what the status functions answer (by name; else unknown)."""

    contexts: Mapping[str, Value]
    statuses: Mapping[str, Value]


def templates_in(text: str) -> Iterator[str]:
    """The insides of all `${{ … }}` in a text."""
    return (found["inner"].strip() for found in _TEMPLATE.finditer(text))


def without_templates(text: str, word: str = "EXPRESSION") -> str:
    """The text with a plain word for every expression."""
    return _TEMPLATE.sub(word, text)


def value_of(text: str, world: World) -> Value:
    """What a field with expressions in it comes to; text around an expression makes all of it text."""
    whole = _TEMPLATE.fullmatch(text.strip())
    if whole:
        return evaluate(whole["inner"], world)
    known = True

    def put(found: re.Match[str]) -> str:
        nonlocal known
        value = evaluate(found["inner"], world)
        known = known and not isinstance(value, Unknown)
        return text_of(value)

    written = _TEMPLATE.sub(put, text)
    return written if known else Unknown(truth=True if _TEMPLATE.sub("", text) else None)


def truth_of_condition(text: str, world: World) -> bool | None:
    """Whether an `if` holds (None: nobody knows yet). It is an expression by itself, unless it has `${{ }}` in it."""
    value = value_of(text, world) if "${{" in text else evaluate(text, world)
    return truth(value)


def evaluate(text: str, world: World) -> Value:
    """The value of one expression; NoExpression if it is none."""
    return _Parser(_tokens(text), world).whole()


def truth(value: Value) -> bool | None:
    """Whether a value counts as true: not `false`, 0, empty text or null."""
    if isinstance(value, Unknown):
        return value.truth
    return True if isinstance(value, Mapping) else bool(value)


def text_of(value: Value) -> str:
    """A value as it is written into a text; a sign for what is not known."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case float():
            return f"{value:g}"
        case str():
            return value
        case Unknown():
            return "\ufffd"
        case _:
            return "Object"


def names_in(text: str) -> Iterator[str]:
    """The contexts that an expression reads, as dotted names in lower case: `github.event.number`, `secrets.*`."""
    tokens = _tokens(text)
    place = 0
    while place < len(tokens):
        kind, word = tokens[place]
        place += 1
        if kind != "word" or (place < len(tokens) and tokens[place] == ("sign", "(")):
            continue
        name = [word.lower()]
        while place + 1 < len(tokens) and tokens[place][1] in (".", "["):
            at_dot = tokens[place][1] == "."
            kind, word = tokens[place + 1]
            name.append(word.strip("'").lower() if at_dot or kind == "text" else "*")
            place += 2 if at_dot else _bracket(tokens, place)
        yield ".".join(name)


def calls_in(text: str) -> Iterator[str]:
    """The functions that an expression calls, in lower case."""
    tokens = _tokens(text)
    for here, after in pairwise(tokens):
        if here[0] == "word" and after == ("sign", "("):
            yield here[1].lower()


def _bracket(tokens: list[tuple[str, str]], place: int) -> int:
    depth = 0
    for ahead, (_, word) in enumerate(tokens[place:], start=1):
        depth += (word == "[") - (word == "]")
        if depth == 0:
            return ahead
    return len(tokens) - place


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    place, text = 0, text.rstrip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None or match.lastgroup is None:
            raise NoExpression(f"{text!r} is no expression: {text[place:].strip()[:20]!r}")
        found.append((match.lastgroup, match[match.lastgroup]))
        place = match.end()
    return found


class _Parser:
    """Evaluates while it reads: or > and > comparison > not > value."""

    def __init__(self, tokens: list[tuple[str, str]], world: World) -> None:
        self._tokens = tokens
        self._place = 0
        self._world = world

    def whole(self) -> Value:
        value = self._either()
        if self._place != len(self._tokens):
            raise NoExpression(f"{self._next()!r} stands behind the end of an expression")
        return value

    def _next(self) -> str:
        return self._tokens[self._place][1] if self._place < len(self._tokens) else ""

    def _take(self, *signs: str) -> str:
        if self._place < len(self._tokens) and self._tokens[self._place] in {("sign", sign) for sign in signs}:
            self._place += 1
            return self._tokens[self._place - 1][1]
        return ""

    def _need(self, sign: str) -> None:
        if not self._take(sign):
            raise NoExpression(f"{sign!r} is missing before {self._next()!r}")

    def _either(self) -> Value:
        value = self._both()
        while self._take("||"):
            value = _or(value, self._both())
        return value

    def _both(self) -> Value:
        value = self._compared()
        while self._take("&&"):
            value = _and(value, self._compared())
        return value

    def _compared(self) -> Value:
        value = self._not()
        while sign := self._take("==", "!=", "<", ">", "<=", ">="):
            value = _compare(sign, value, self._not())
        return value

    def _not(self) -> Value:
        if self._take("!"):
            held = truth(self._not())
            return UNKNOWN if held is None else not held
        return self._with_members(self._plain())

    def _with_members(self, value: Value) -> Value:
        while sign := self._take(".", "["):
            if sign == ".":
                kind, word = self._any()
                value = UNKNOWN if word == "*" else _member(value, word)
                if kind not in ("word", "sign"):
                    raise NoExpression(f"{word!r} is no name")
            else:
                inside = UNKNOWN if self._take("*") else self._either()
                self._need("]")
                value = _member(value, inside) if isinstance(inside, str) else UNKNOWN
        return value

    def _any(self) -> tuple[str, str]:
        if self._place >= len(self._tokens):
            raise NoExpression("it ends too early")
        self._place += 1
        return self._tokens[self._place - 1]

    def _plain(self) -> Value:
        if self._take("("):
            value = self._either()
            self._need(")")
            return value
        kind, word = self._any()
        if kind == "text":
            return word[1:-1].replace("''", "'")
        if kind == "number":
            return float(int(word, 16)) if "x" in word else float(word)
        if kind == "sign":
            raise NoExpression(f"{word!r} stands where a value should")
        if self._take("("):
            return self._called(word.lower())
        return self._named(word)

    def _called(self, name: str) -> Value:
        given: list[Value] = []
        if not self._take(")"):
            given.append(self._either())
            while self._take(","):
                given.append(self._either())
            self._need(")")
        if name in ("success", "failure", "always", "cancelled"):
            return self._world.statuses.get(name, UNKNOWN)
        known = [text_of(one) for one in given if not isinstance(one, (Unknown, Mapping))]
        if name == "format" and known and len(known) == len(given):
            return _formatted(known)
        made = _FUNCTIONS.get(name)
        return made(known) if made and len(known) == len(given) == 2 else UNKNOWN

    def _named(self, word: str) -> Value:
        literal: dict[str, Value] = {"true": True, "false": False, "null": None}
        if word.lower() in literal:
            return literal[word.lower()]
        return self._world.contexts.get(word.lower(), UNKNOWN)


_FUNCTIONS: Mapping[str, Callable[[list[str]], Value]] = {
    "contains": lambda given: given[1].lower() in given[0].lower(),
    "startswith": lambda given: given[0].lower().startswith(given[1].lower()),
    "endswith": lambda given: given[0].lower().endswith(given[1].lower()),
}


def _formatted(known: list[str]) -> str:
    """`format('{0}-{1}', a, b)`: a brace that stands twice is one."""
    values = known[1:]

    def put(found: re.Match[str]) -> str:
        number = int(found["number"] or len(values))
        return found[0][0] if found["number"] is None else values[number] if number < len(values) else found[0]

    return re.sub(r"\{\{|\}\}|\{(?P<number>\d+)\}", put, known[0])


def _member(value: Value, name: str) -> Value:
    if isinstance(value, Mapping):
        return value.get(name.lower(), UNKNOWN if isinstance(value, Open) else None)
    return value if isinstance(value, Unknown) and value.truth is None else None


def _or(left: Value, right: Value) -> Value:
    held = truth(left)
    if held is not None:
        return left if held else right
    return Unknown(truth=True) if truth(right) else UNKNOWN


def _and(left: Value, right: Value) -> Value:
    held = truth(left)
    if held is not None:
        return right if held else left
    return Unknown(truth=False) if truth(right) is False else UNKNOWN


def _compare(sign: str, left: Value, right: Value) -> Value:
    if isinstance(left, (Unknown, Mapping)) or isinstance(right, (Unknown, Mapping)):
        return UNKNOWN
    if sign in ("==", "!="):
        same = _same(left, right)
        return same if sign == "==" else not same
    try:
        one, other = _number(left), _number(right)
    except ValueError:
        return False
    return {"<": one < other, ">": one > other, "<=": one <= other, ">=": one >= other}[sign]


def _same(left: str | float | bool | None, right: str | float | bool | None) -> bool:
    if isinstance(left, str) and isinstance(right, str):
        return left.lower() == right.lower()
    if type(left) is type(right):
        return left == right
    try:
        return _number(left) == _number(right)
    except ValueError:
        return False


def _number(value: str | float | bool | None) -> float:
    """As GitHub coerces: null and empty text are 0, other text that is no number never compares (ValueError)."""
    if isinstance(value, str):
        return float(value) if value.strip() else 0.0
    return float(value or 0)
