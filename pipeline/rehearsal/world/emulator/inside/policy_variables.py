"""Variables in the conditions of a policy: `${aws:PrincipalTag/partner}` becomes what the request says of it. Pure.

Source: IAM user guide, "IAM policy elements: Variables and tags": a variable is a condition key in `${}`; a default in
single quotes follows a comma; `${*}`, `${?}` and `${$}` are those characters themselves; where the key has no single
value the whole is equal to nothing. ministack compares the text as it stands. Variables in resources are left alone.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

type Resolve = Callable[[str], Any]
"""The value of a condition key in this request; None if it has none."""

VARIABLE = re.compile(r"\$\{\s*(?P<key>[^},]+?)\s*(?:,\s*'(?P<default>[^']*)'\s*)?\}")
ITSELF = frozenset("*?$")


def resolved(conditions: Mapping[str, Any], resolve: Resolve) -> dict[str, Any]:
    """The conditions with every variable replaced, and without the values that are equal to nothing."""
    return {
        operator: {key: _values(expected, resolve) for key, expected in keys.items()}
        if isinstance(keys, Mapping)
        else keys
        for operator, keys in conditions.items()
    }


def has_variables(conditions: Mapping[str, Any]) -> bool:
    """Whether there is anything to replace."""
    return "${" in str(conditions)


def _values(expected: Any, resolve: Resolve) -> Any:
    """One value stays one, unless it is equal to nothing: then the list of values is empty."""
    if isinstance(expected, list):
        return [text for each in expected if (text := _text(str(each), resolve)) is not None]
    if not isinstance(expected, str):
        return expected
    text = _text(expected, resolve)
    return [] if text is None else text


def _text(value: str, resolve: Resolve) -> str | None:
    """The value with its variables replaced; None if one of them has no value."""
    missing = False

    def put(variable: re.Match[str]) -> str:
        nonlocal missing
        if variable["key"] in ITSELF:
            return variable["key"]
        found = resolve(variable["key"])
        if isinstance(found, str):
            return found
        missing = missing or variable["default"] is None
        return variable["default"] or ""

    text = VARIABLE.sub(put, value)
    return None if missing else text
