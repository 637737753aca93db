"""Filter patterns of CloudWatch Logs: does a log event match, and what is at a selector. Pure.

Source: CloudWatch Logs User Guide, "Filter pattern syntax for metric filters": terms, and comparisons of JSON. What
isn't understood (space-delimited events, regular expressions) is refused when the filter is made, never guessed.
"""

import fnmatch
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

type Test = Callable[[str], bool]
type JsonTest = Callable[[Any], bool]

TERM = re.compile(r'\s*(?P<sign>[-?])?(?:"(?P<quoted>[^"]*)"|(?P<bare>[^\s"]+))')
TOKEN = re.compile(
    r"\s*(?:(?P<paren>[()])|(?P<join>&&|\|\|)|(?P<compare><=|>=|!=|=|<|>)|(?P<selector>\$(?:\.[\w@:-]+|\[\d+\]|\['[^']+'\])+)"
    r"|(?P<word>NOT\s+EXISTS|EXISTS|IS|NULL|TRUE|FALSE|NOT)\b|\"(?P<quoted>(?:[^\"\\]|\\.)*)\"|(?P<bare>[^\s()&|=<>!\"]+))",
    re.IGNORECASE,
)
STEP = re.compile(r"\.([\w@:-]+)|\[(\d+)\]|\['([^']+)'\]")
MISSING = object()


class PatternRefused(ValueError):
    """A pattern that is wrong, or that isn't rehearsed."""


def compiled(pattern: str) -> Test:
    """Whether an event's message matches."""
    text = pattern.strip()
    if text.startswith("["):
        raise PatternRefused(f"filter pattern {pattern!r}: space-delimited patterns are not rehearsed")
    if "%" in text:
        raise PatternRefused(f"filter pattern {pattern!r}: regular expressions are not rehearsed")
    if not text.startswith("{"):
        return _terms(text)
    if not text.endswith("}"):
        raise PatternRefused(f"filter pattern {pattern!r}: the closing brace is missing")
    holds = _Parser(pattern, text[1:-1]).whole()

    def matches(message: str) -> bool:
        document = parsed(message)
        return document is not MISSING and holds(document)

    return matches


@lru_cache(64)
def parsed(message: str) -> Any:
    """The message as JSON, MISSING when it is none; to look at only, as every filter of a group is given the same."""
    text = message.strip()
    if not text.startswith(("{", "[")):
        return MISSING
    try:
        return json.loads(text)
    except ValueError:
        return MISSING


def select(document: Any, selector: str) -> Any:
    """What is at `$.a.b[0]`, MISSING when nothing is."""
    found = document
    for name, index, quoted in _steps(selector):
        if index:
            found = found[int(index)] if isinstance(found, list) and int(index) < len(found) else MISSING
        else:
            found = found.get(name or quoted, MISSING) if isinstance(found, Mapping) else MISSING
        if found is MISSING:
            return MISSING
    return found


@lru_cache(1_000)
def _steps(selector: str) -> list[tuple[str, str, str]]:
    """Of each step its name, its index or its quoted name."""
    return STEP.findall(selector)


def _terms(text: str) -> Test:
    """Every plain term, none of those with `-`, and one of those with `?`; no terms match everything."""
    wanted: list[str] = []
    unwanted: list[str] = []
    either: list[str] = []
    for found in TERM.finditer(text):
        term = found["quoted"] if found["quoted"] is not None else found["bare"]
        {"-": unwanted, "?": either, None: wanted}[found["sign"]].append(term)

    def matches(message: str) -> bool:
        if any(term in message for term in unwanted) or not all(term in message for term in wanted):
            return False
        return not either or any(term in message for term in either)

    return matches


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


class _Parser:
    """Comparisons joined by && and ||, && first, with parentheses."""

    def __init__(self, pattern: str, text: str) -> None:
        self._pattern = pattern
        self._tokens = self._split(text)
        self._next = 0

    def whole(self) -> JsonTest:
        test = self._either()
        if self._next < len(self._tokens):
            raise self._refused(f"unexpected {self._tokens[self._next].text!r}")
        return test

    def _split(self, text: str) -> list[_Token]:
        tokens, position = [], 0
        while text[position:].strip():
            found = TOKEN.match(text, position)
            if found is None or found.lastgroup is None:
                raise self._refused(f"can't read {text[position:].strip()[:20]!r}")
            tokens.append(_Token(found.lastgroup, found[found.lastgroup]))
            position = found.end()
        return tokens

    def _either(self) -> JsonTest:
        tests = [self._both()]
        while self._took("join", "||"):
            tests.append(self._both())
        return tests[0] if len(tests) == 1 else lambda document: any(test(document) for test in tests)

    def _both(self) -> JsonTest:
        tests = [self._single()]
        while self._took("join", "&&"):
            tests.append(self._single())
        return tests[0] if len(tests) == 1 else lambda document: all(test(document) for test in tests)

    def _single(self) -> JsonTest:
        if self._took("paren", "("):
            test = self._either()
            self._must("paren", ")")
            return test
        selector = self._must("selector").text
        if self._took("word", "EXISTS"):
            return lambda document: select(document, selector) is not MISSING
        token = self._peek()
        if token is not None and token.kind == "word" and token.text.upper().split() == ["NOT", "EXISTS"]:
            self._next += 1
            return lambda document: select(document, selector) is MISSING
        if self._took("word", "IS"):
            return self._is(selector)
        return _comparison(selector, self._must("compare").text, self._value())

    def _is(self, selector: str) -> JsonTest:
        word = self._must("word").text.upper()
        constants = {"NULL": None, "TRUE": True, "FALSE": False}
        if word not in constants:
            raise self._refused(f"IS {word}")
        return lambda document: select(document, selector) is constants[word]

    def _value(self) -> str | float:
        token = self._peek()
        if token is None or token.kind not in ("quoted", "bare"):
            raise self._refused("a value is missing")
        self._next += 1
        if token.kind == "quoted":
            return token.text.replace('\\"', '"')
        try:
            return float(token.text)
        except ValueError:
            return token.text

    def _peek(self) -> _Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _took(self, kind: str, text: str) -> bool:
        token = self._peek()
        if token is None or token.kind != kind or token.text.upper() != text:
            return False
        self._next += 1
        return True

    def _must(self, kind: str, text: str | None = None) -> _Token:
        token = self._peek()
        if token is None or token.kind != kind or text not in (None, token.text):
            raise self._refused(f"{text or kind} expected")
        self._next += 1
        return token

    def _refused(self, what: str) -> PatternRefused:
        return PatternRefused(f"filter pattern {self._pattern!r}: {what}")


def _comparison(selector: str, operator: str, value: str | float) -> JsonTest:
    """Numbers compare with numbers, text with text in which `*` stands for anything; what is missing never matches."""

    text = (
        re.compile(fnmatch.translate(value.replace("[", "[[]").replace("?", "[?]"))) if isinstance(value, str) else None
    )

    def holds(document: Any) -> bool:
        found = select(document, selector)
        if isinstance(found, bool) or found is MISSING or found is None:
            return False
        if text is not None:
            if not isinstance(found, str | int | float):
                return False
            same = text.match(str(found)) is not None
            return same if operator == "=" else not same if operator == "!=" else False
        return isinstance(found, int | float) and not isinstance(value, str) and _ordered(float(found), operator, value)

    return holds


def _ordered(left: float, operator: str, right: float) -> bool:
    match operator:
        case "=":
            return left == right
        case "!=":
            return left != right
        case "<":
            return left < right
        case ">":
            return left > right
        case "<=":
            return left <= right
    return left >= right
