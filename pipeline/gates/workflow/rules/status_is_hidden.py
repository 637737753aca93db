"""No shell hides that a command failed: `|| true`, `; true`, `| tee`, `set +e`, `exit 0`, and what does the same."""

from collections.abc import Iterator

from pipeline.gates.workflow.expression import without_templates
from pipeline.gates.workflow.rule import Found, Look, Rule
from pipeline.gates.workflow.shell import Hidden, hidden_in
from pipeline.gates.workflow.shells import shell_of
from pipeline.gates.workflow.tree import Script, Tree


def _check(look: Look) -> Iterator[Found]:
    for script in look.now.step_scripts:
        for one in _hidden(script):
            yield Found(f"{script.path}:{script.line + one.line - 1}", one.what)
    if look.base is not None:
        yield from _new_in_files(look.now, look.base)


def _new_in_files(now: Tree, base: Tree) -> Iterator[Found]:
    """What is new in the commands that steps call: people have read the rest, and scripts may have their reasons."""
    known = {(script.path, one.what) for script in base.scripts if script.is_file for one in _hidden(script)}
    for script in now.scripts:
        for one in _hidden(script) if script.is_file else ():
            if (script.path, one.what) not in known:
                yield Found(f"{script.path}:{one.line}", one.what)


def _hidden(script: Script) -> tuple[Hidden, ...]:
    shell = shell_of(script)
    if shell is None:
        return ()
    return hidden_in(without_templates(script.text), errexit=shell.errexit, pipefail=shell.pipefail)


RULE = Rule(
    id="status-is-hidden",
    what="a command of a step, or of a script that steps call, whose failure nobody would see",
    why="the step is green whatever the command found; a pipe is as green as its last part, unless `pipefail` is set",
    fix="let the command's status end the step: one command, `shell: bash` for a pipe, `|| exit 1` and not `|| true`",
    models="W15; CWE-390, CWE-252",
    check=_check,
)
