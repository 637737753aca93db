"""What must have been proved is no less than what the base release demanded."""

from collections.abc import Iterator

from pipeline.gates.workflow.asking import lines_with, required, requirements
from pipeline.gates.workflow.required import FILE, Check
from pipeline.gates.workflow.rule import Found, Look, Rule


def _check(look: Look) -> Iterator[Found]:
    if look.base is None:
        return
    now = {check.name: check for check in required(look.now)}
    text = look.now.texts.get(FILE, "")
    for old in required(look.base):
        new = now.get(old.name)
        if new is None:
            yield Found(f"{FILE}:1", f"{old.name!r} is no longer required; the base release demanded it")
        else:
            yield from _compared(f"{FILE}:{lines_with(text, f'"{old.name}"')}", old, new)
    scripts = {script.path: script for script in requirements(look.now).script}
    for script in requirements(look.base).script:
        if scripts.get(script.path) != script:
            where = f"{FILE}:{lines_with(text, f'"{script.path}"')}"
            yield Found(where, f"{script.path} need no longer be what the base release demanded")


def _compared(where: str, old: Check, new: Check) -> Iterator[Found]:
    for event in sorted(set(old.events) - set(new.events)):
        yield Found(where, f"{old.name!r} is no longer asked on {event}")
    for hour in sorted(set(old.schedule) - set(new.schedule)):
        yield Found(where, f"{old.name!r} is no longer asked at `{hour}`")
    for command in old.run:
        if command not in new.run:
            yield Found(where, f"{old.name!r} need no longer run `{command}`")
    if old.workflow != new.workflow:
        yield Found(where, f"{old.name!r} is now proved by {new.workflow}", told=True)


RULE = Rule(
    id="requirement-is-weakened",
    what="a check, an event or a command that the base release required, and this change does not",
    why="who edits the workflow can edit what is demanded of it in the same change",
    fix="bring it back; where less is right, waive this first, in a change of its own, with the reason",
    models="W15, W16, W22",
    check=_check,
    against_base=True,
)
