"""Numbers in templates, which may be written as text, and what stands for one that is not written. Pure."""

from pipeline.gates.openapi.node import Json


def number(value: Json, default: float | None = None) -> float | None:
    """The number that `value` is; `default` for none, and None for what can't be known before it is deployed."""
    if value is None:
        return default
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return None
    return None


def is_on(value: Json, default: bool = False) -> bool:
    """Whether a switch of a template is on, which may be written as text (`true`)."""
    return default if value is None else str(value).lower() == "true"


def is_less(new: Json, old: Json, default: float | None = None) -> bool:
    """Whether the new number is lower than the old one; no, where one of them can't be known."""
    after, before = number(new, default), number(old, default)
    return after is not None and before is not None and after < before
