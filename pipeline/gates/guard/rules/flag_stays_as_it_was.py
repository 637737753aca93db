"""No switch of a function is turned on by the way."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.api import FUNCTION
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import changed
from pipeline.gates.openapi.node import Json, mapped

ABOUT = About(
    kind="rollout",
    what="A switch in a function's environment is as in the base, and a new one starts off",
    why="code that nobody has seen run takes all requests at once, in all stages, and its name says nothing of it",
    fix="release the switch off, and turn it on in a change of its own that is waived and watched",
    models="P15: a flag's default flipped on, as at Knight Capital",
    needs="nothing",
)
OFF = frozenset({"false", "off", "no", "0", "disabled"})
ON = frozenset({"true", "on", "yes", "1", "enabled"})
SWITCHES = ("FLAG", "FEATURE", "ENABLE", "ENABLED", "TOGGLE", "SWITCH", "USE")
"""Words of a name that say that it is a switch."""


def look(subject: Subject) -> Iterator[Looked]:
    """Each function that both have."""
    for old in subject.of_base(FUNCTION):
        new = subject.after(old)
        if new and new.type == FUNCTION:
            yield looked(new, *_wrong(old, new))


def _wrong(old: Resource, new: Resource) -> Iterator[Wrong]:
    before, after = _variables(old), _variables(new)
    for name, value in after.items():
        if name in before:
            flipped = _is(before[name], OFF) and _is(value, ON)
        else:
            flipped = _is(value, ON) and any(word in SWITCHES for word in name.upper().split("_"))
        if flipped:
            where = f"Environment.Variables.{name}"
            yield Wrong(f"the switch {name} is turned on: {changed(before.get(name), value)}", where)


def _variables(function: Resource) -> dict[str, Json]:
    return mapped(function.at("Environment", "Variables"))


def _is(value: Json, words: frozenset[str]) -> bool:
    return isinstance(value, str | bool | int) and str(value).lower() in words
