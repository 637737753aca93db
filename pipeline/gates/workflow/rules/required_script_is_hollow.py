"""The scripts that required checks call are what `.github/required.toml` says, line by line, comments aside."""

import hashlib
from collections.abc import Iterator

from pipeline.gates.workflow.asking import requirements
from pipeline.gates.workflow.required import Proof
from pipeline.gates.workflow.rule import Found, Look, Rule


def _check(look: Look) -> Iterator[Found]:
    for script in requirements(look.now).script:
        text = look.now.texts.get(script.path)
        if text is None:
            yield Found(f"{script.path}:1", "it is gone, and required checks call it")
        else:
            yield from _compared(script, text)


def _compared(script: Proof, text: str) -> Iterator[Found]:
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1)]
    lines = [(number, line) for number, line in lines if line and not line.startswith("#")]
    if script.digest:
        digest = hashlib.sha256("\n".join(line for _, line in lines).encode()).hexdigest()
        if digest != script.digest:
            told = f"its commands are no longer those that are required: their digest is {digest}"
            yield Found(f"{script.path}:1", told)
        return
    for (number, line), expected in zip(lines, script.runs, strict=False):
        if line != expected:
            yield Found(f"{script.path}:{number}", f"`{line}` stands where `{expected}` is required")
            return
    if len(lines) != len(script.runs):
        number = lines[-1][0] if lines else 1
        yield Found(f"{script.path}:{number}", f"it has {len(lines)} lines of commands, and not {len(script.runs)}")


RULE = Rule(
    id="required-script-is-hollow",
    what="a script of .github/required.toml that is gone, or does something else than is written there",
    why="`scripts/test` that asks one gate of many is still called `scripts/test`, and so is one whose environment "
    "puts another command in its place",
    fix="bring its lines back; to change what it does, change .github/required.toml with it, and waive that first",
    models="W15, W16",
    check=_check,
)
