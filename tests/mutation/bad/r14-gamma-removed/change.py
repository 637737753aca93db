"""Takes the stage gamma out of the plan."""

from collections.abc import Callable, Mapping


def _without_gamma(text: str) -> str:
    before, gamma = text.split('        Stage(\n            "gamma",\n', 1)
    _, after = gamma.split('        Approval("approval"),\n', 1)
    return f'{before}        Approval("approval"),\n{after}'


CHANGES: Mapping[str, Callable[[str], str]] = {"pipeline/plan/delivery.py": _without_gamma}
