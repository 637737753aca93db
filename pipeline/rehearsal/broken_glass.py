"""Which stages of a release have their glass broken: the flag by which their own checks hold nothing up. Pure."""

import json
from collections.abc import Iterator

from pipeline.rehearsal.read.assembly import Assembly
from pipeline.rehearsal.spec import Json, Resource

NAME = "BREAK_GLASS"


def broken_glass(assembly: Assembly) -> tuple[str, ...]:
    """A sentence for each stack and flag: until when, why, and who answers for it."""
    told = (
        f"BREAK-GLASS in {stack.display_name} until {_of(flag, 'until')}: no alarm stops its rollouts, and a version "
        f"that nobody asked goes on; {_of(flag, 'reason')} ({_of(flag, 'owner')})"
        for stack in assembly.stacks
        for resource in stack.template.of_type("AWS::Lambda::Function")
        for flag in _flags(resource)
    )
    return tuple(dict.fromkeys(told))


def _flags(function: Resource) -> Iterator[Json]:
    environment = function.properties.get("Environment")
    variables = environment.get("Variables") if isinstance(environment, dict) else None
    if isinstance(variables, dict) and NAME in variables:
        yield variables[NAME]


def _of(flag: Json, name: str) -> str:
    """A part of the flag, as it is told; what can't be read is told as it stands."""
    try:
        return " ".join(str(json.loads(str(flag))[name]).split())
    except (ValueError, KeyError, TypeError):
        return str(flag)
