"""YAML as GitHub reads it: every value with its line, `on` a word, no key twice. Pure.

PyYAML's own loader follows YAML 1.1, where `on:` is the key `True` and a second key quietly replaces the first; a gate
that reads so sees another workflow than the one that runs. GitHub takes the words of YAML 1.2's core schema, refuses a
key that stands twice and merge keys, and follows anchors (GitHub's "Workflow syntax", and actions/runner#1182).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import yaml

MOST_NODES = 20_000
"""Anchors that repeat anchors grow without bound; no workflow of people comes near this."""
OTHER_IN_1_1 = frozenset({"y", "n", "yes", "no", "on", "off"})
"""Words that YAML 1.1 takes for booleans and YAML 1.2 for text."""

type Scalar = str | int | float | bool | None

_NULL = re.compile(r"|~|null|Null|NULL")
_TRUE = re.compile(r"true|True|TRUE")
_FALSE = re.compile(r"false|False|FALSE")
_INTEGER = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


class NotYaml(Exception):
    """A text that GitHub would not read: why, and the line (from 1)."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(why)
        self.line = line
        self.why = why


@dataclass(frozen=True)
class Node:
    """A value and the line (from 1) where it begins; `bare` if it is a scalar without quotes."""

    value: "Scalar | tuple[Node, ...] | Mapping[str, Node]"
    line: int
    bare: bool = False

    def fields(self) -> "Mapping[str, Node]":
        """The values by their keys; none if it is no mapping."""
        return self.value if isinstance(self.value, Mapping) else {}

    def entries(self) -> "tuple[Node, ...]":
        """The list's values; none if it is no list."""
        return self.value if isinstance(self.value, tuple) else ()

    def at(self, *keys: str) -> "Node | None":
        """What stands below these keys, or None."""
        found: Node | None = self
        for key in keys:
            found = found.fields().get(key) if found else None
        return found

    def text(self) -> str:
        """A scalar as GitHub writes it into text; empty for null, lists and mappings."""
        if self.value is None or isinstance(self.value, (tuple, Mapping)):
            return ""
        return str(self.value).lower() if isinstance(self.value, bool) else str(self.value)

    def texts(self) -> tuple[str, ...]:
        """A scalar, or a list of them, as texts: many of GitHub's fields take either."""
        return tuple(entry.text() for entry in self.entries()) or tuple(filter(None, (self.text(),)))

    def walk(self) -> "Iterator[Node]":
        """This value and all below it."""
        yield self
        for below in (*self.entries(), *self.fields().values()):
            yield from below.walk()


@cache
def read(text: str) -> Node:
    """The one document in `text`; NotYaml if GitHub would refuse it."""
    try:
        top = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        raise NotYaml(mark.line + 1 if mark else 1, problem.problem or "it can't be read") from problem
    except yaml.YAMLError as problem:
        raise NotYaml(1, str(problem)) from problem
    if top is None:
        raise NotYaml(1, "there is nothing in it")
    return _Reader().node(top)


def words_of_two_minds(node: Node) -> Iterator[Node]:
    """The bare values that one reader takes for text, and another for yes or no."""
    return (one for one in node.walk() if one.bare and isinstance(one.value, str) and one.value.lower() in OTHER_IN_1_1)


class _Reader:
    def __init__(self) -> None:
        self._seen = 0
        self._above: set[int] = set()

    def node(self, given: yaml.Node) -> Node:
        line = given.start_mark.line + 1
        self._seen += 1
        if self._seen > MOST_NODES:
            raise NotYaml(line, f"its anchors unfold to more than {MOST_NODES:,} values")
        if id(given) in self._above:
            raise NotYaml(line, "an anchor holds itself")
        self._above.add(id(given))
        try:
            return self._read(given, line)
        finally:
            self._above.discard(id(given))

    def _read(self, given: yaml.Node, line: int) -> Node:
        if isinstance(given, yaml.MappingNode):
            return Node(self._mapping(given), line)
        if isinstance(given, yaml.SequenceNode):
            return Node(tuple(self.node(one) for one in given.value), line)
        if not isinstance(given, yaml.ScalarNode):
            raise NotYaml(line, "a value of no known kind")
        bare = given.style is None
        return Node(scalar(given.value) if bare else given.value, line, bare)

    def _mapping(self, given: yaml.MappingNode) -> dict[str, Node]:
        fields: dict[str, Node] = {}
        for key, value in given.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise NotYaml(line, "a key that is no word")
            if key.value == "<<" and key.style is None:
                raise NotYaml(line, "a merge key (<<), which GitHub does not know")
            if key.value in fields:
                raise NotYaml(line, f"the key {key.value!r} stands twice")
            fields[key.value] = self.node(value)
        return fields


def scalar(word: str) -> Scalar:
    """What a word without quotes means by YAML 1.2's core schema (numbers in the ways that workflows use)."""
    if _NULL.fullmatch(word):
        return None
    if _TRUE.fullmatch(word) or _FALSE.fullmatch(word):
        return word.lower() == "true"
    if _INTEGER.fullmatch(word):
        return int(word)
    return float(word) if _FLOAT.fullmatch(word) and "." in word else word
