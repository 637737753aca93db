"""What rules say of one property: that the base's is gone, is another one, or is not what it must be. Pure."""

from collections.abc import Callable

from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import Wrong
from pipeline.gates.guard.values import changed, said
from pipeline.gates.openapi.node import Json

type Test = Callable[[Json], bool]


def is_true(value: Json) -> bool:
    """Whether a template says yes, as JSON or as CloudFormation's text."""
    return value is True or value == "true"


def number(value: Json) -> float | None:
    """The number that a template says, as JSON or as text; None for anything else, and for a reference."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value)
    except ValueError:
        return None


def must(resource: Resource, *names: str | int, be: Test, told: str) -> Wrong | None:
    """Wrong if what stands under `names` does not pass; `told` says what it should be."""
    value = resource.at(*names)
    return None if be(value) else Wrong(f"{_last(names)} {_is(value)}, and must be {told}", _path(names))


def lost(new: Resource, old: Resource | None, *names: str | int) -> Wrong | None:
    """Wrong if the base says something there (anything but no), and the candidate nothing, or no."""
    was, now = old.at(*names) if old else None, new.at(*names)
    return Wrong(f"{_last(names)} {changed(was, now)}", _path(names)) if _says(was) and not _says(now) else None


def differs(new: Resource, old: Resource | None, *names: str | int) -> Wrong | None:
    """Wrong if the base says something there, and the candidate something else or nothing."""
    was, now = old.at(*names) if old else None, new.at(*names)
    return Wrong(f"{_last(names)} {changed(was, now)}", _path(names)) if was is not None and was != now else None


def grew(new: Resource, old: Resource | None, *names: str | int) -> Wrong | None:
    """Wrong if there is a number in base and candidate, and the candidate's is greater."""
    was, now = number(old.at(*names)) if old else None, number(new.at(*names))
    if old is None or was is None or now is None or now <= was:
        return None
    return Wrong(f"{_last(names)} {changed(old.at(*names), new.at(*names))}", _path(names))


def shrank(new: Resource, old: Resource | None, *names: str | int) -> Wrong | None:
    """Wrong if there is a number in the base, and the candidate's is less, or is not there."""
    was, now = number(old.at(*names)) if old else None, number(new.at(*names))
    if old is None or was is None or (now is not None and now >= was):
        return None
    return Wrong(f"{_last(names)} {changed(old.at(*names), new.at(*names))}", _path(names))


def _says(value: Json) -> bool:
    return value not in (None, False, "false", "", [], {})


def _is(value: Json) -> str:
    return "is not there" if value is None else f"is {said(value)}"


def _last(names: tuple[str | int, ...]) -> str:
    return next((str(name) for name in reversed(names) if isinstance(name, str)), "it")


def _path(names: tuple[str | int, ...]) -> str:
    return ".".join(map(str, names))
