"""Numbers in templates, where CloudFormation takes them as text, too. Pure."""

from pipeline.gates.openapi.node import Json


def number(value: Json) -> float | None:
    """A number, also one that is written as text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value)
    except ValueError:
        return None
