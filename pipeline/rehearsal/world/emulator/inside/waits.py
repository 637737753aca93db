"""How long functions wait, on a clock that runs faster: a variable that names a wait is divided by the clock's speed.

A function sleeps real seconds. One that waits for what the world does next (its metrics, an alarm) would wait thirty
times as long as on AWS. So a variable of its environment whose name ends in `_WAIT_SECONDS` is taken for a wait, and
compressed as all waits are, by the speed that was asked for; whatever else a function sleeps stays real. Pure.
"""

from collections.abc import Mapping

ENDING = "_WAIT_SECONDS"


def compressed(variables: Mapping[str, object], speed: float) -> dict[str, str]:
    """A function's variables as its process gets them; a wait that is no number stays as it is, for it to tell."""
    return {name: _shorter(name, str(value), speed) for name, value in variables.items()}


def _shorter(name: str, value: str, speed: float) -> str:
    if not name.endswith(ENDING):
        return value
    try:
        return f"{float(value) / speed:.6g}"
    except ValueError:
        return value
