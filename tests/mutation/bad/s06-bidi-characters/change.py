"""Puts a right-to-left override and its end into a comment of the money rules."""

from collections.abc import Callable, Mapping


def _overridden(text: str) -> str:
    docstring, rest = text.split('"""\n', 1)
    return f'{docstring}"""\n# \u202e reviewed \u2066\n{rest}'


CHANGES: Mapping[str, Callable[[str], str]] = {"api/domain/money.py": _overridden}
