"""Whether one pact says all that another one said: then whoever keeps it keeps the other, too."""

from typing import Any

from pipeline.gates.pacts.pact import Pact

_FOR_PEOPLE = frozenset({"description", "comments", "key", "pending"})


def uncovered(old: Pact, new: list[Pact]) -> tuple[int, ...]:
    """The interactions of `old`, by their number, that no pact of `new` says with all that they ask for."""
    said = [interaction for pact in new for interaction in pact.interactions]
    return tuple(
        number
        for number, interaction in enumerate(old.interactions)
        if not any(_covers(other, _asked(interaction)) for other in said)
    )


def _asked(interaction: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in interaction.items() if key not in _FOR_PEOPLE}


def _covers(new: Any, old: Any) -> bool:
    """Whether `new` has all of `old`: it may have more names, and nothing else that differs."""
    if isinstance(new, dict) and isinstance(old, dict):
        return all(key in new and _covers(new[key], value) for key, value in old.items())
    if isinstance(new, list) and isinstance(old, list):
        return len(new) == len(old) and all(map(_covers, new, old))
    return bool(new == old)
