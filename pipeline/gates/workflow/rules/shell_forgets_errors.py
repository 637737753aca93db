"""Every step is run by a shell that ends at the first failure."""

from collections.abc import Iterator

from pipeline.gates.workflow.rule import Found, Look, Rule
from pipeline.gates.workflow.shells import of_step


def _check(look: Look) -> Iterator[Found]:
    for script in look.now.step_scripts:
        shell = of_step(script.shell)
        if shell is None:
            yield Found(f"{script.path}:{script.line}", f"`shell: {script.shell}`: nobody here can tell what it hides")
        elif not shell.errexit:
            yield Found(
                f"{script.path}:{script.line}", f"`shell: {script.shell}` goes on after a failure: it has no -e"
            )


RULE = Rule(
    id="shell-forgets-errors",
    what="a `shell` of a step, a job or a workflow without -e, or one whose failures this gate can't follow",
    why="a script without -e is as green as its last command",
    fix="leave `shell` out, or say `bash`; put what is no shell into a file, and call it",
    models="W15",
    check=_check,
)
