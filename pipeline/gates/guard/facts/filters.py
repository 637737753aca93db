"""Which lines of a log a filter's pattern takes. Pure.

Source: Amazon CloudWatch Logs user guide, "Filter pattern syntax": a pattern over JSON stands in braces, `&&` binds
closer than `||`, and brackets put together.
"""

import re
from collections.abc import Iterator

from pipeline.gates.openapi.node import Json

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|%[^%]*%|\|\||&&|[()\[\]]|[^\s"%|&()\[\]]+|\S')
_OR = "||"


def takes_all_of(old: Json, new: Json) -> bool:
    """Whether a pattern over JSON takes whatever the old one did: it is the same, or that among others (`A || B`)."""
    was, now = _ways(old), _ways(new)
    return bool(was) and was <= now


def _ways(pattern: Json) -> frozenset[tuple[str, ...]]:
    """The conditions of which one is enough, each as its words; none for what is no pattern over JSON."""
    text = pattern.strip() if isinstance(pattern, str) else ""
    if not (text.startswith("{") and text.endswith("}")):
        return frozenset()
    return frozenset(_split(_unwrapped(tuple(_TOKEN.findall(text[1:-1])))))


def _split(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Its parts between `||` that no bracket holds, each without brackets round it."""
    parts: list[list[str]] = [[]]
    depth = 0
    for word in words:
        depth += (word == "(") - (word == ")")
        if word == _OR and depth == 0:
            parts.append([])
        else:
            parts[-1].append(word)
    for part in parts:
        whole = _unwrapped(tuple(part))
        if len(parts) > 1 and _OR in whole:
            yield from _split(whole)
        else:
            yield whole


def _unwrapped(words: tuple[str, ...]) -> tuple[str, ...]:
    """Without brackets that hold all of it."""
    while words[:1] == ("(",) and _closes(words) == len(words) - 1:
        words = words[1:-1]
    return words


def _closes(words: tuple[str, ...]) -> int:
    """Where the first bracket closes."""
    depth = 0
    for place, word in enumerate(words):
        depth += (word == "(") - (word == ")")
        if depth == 0:
            return place
    return len(words)
