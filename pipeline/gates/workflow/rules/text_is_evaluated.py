"""What strangers write stays a text: a variable that holds it is never evaluated, nor run as a command."""

from collections.abc import Iterator, Mapping

from pipeline.gates.workflow.evaluated import evaluated_in, evaluates, handed_on
from pipeline.gates.workflow.expression import templates_in, without_templates
from pipeline.gates.workflow.model import Step
from pipeline.gates.workflow.rule import Found, Look, Rule
from pipeline.gates.workflow.rules.text_becomes_code import unsafe_in
from pipeline.gates.workflow.tree import Tree

_BY_NATURE = frozenset({"GITHUB_HEAD_REF", "GITHUB_REF", "GITHUB_REF_NAME", "GITHUB_EVENT_PATH"})
"""What GitHub itself puts into every step: the names of branches, and all that an event tells."""
_PAYLOAD = frozenset({"payload"})
"""The same, to a script of actions/github-script."""
_OURS = ("secrets.", "github.token", "github.workflow", "github.actor_id")


def _check(look: Look) -> Iterator[Found]:
    everywhere = set(_BY_NATURE)
    for path, step, names in _steps(look.now):
        everywhere |= names
        for line, told in evaluated_in(without_templates(step.run), names):
            yield Found(f"{path}:{step.run_line + line - 1}", f"`{told}` runs what others may have written")
        if evaluates(step.given.get("script", ""), names | _PAYLOAD):
            yield Found(f"{path}:{step.line}", "a script runs what others may have written")
    for script in look.now.scripts:
        if script.is_file:
            for line, told in evaluated_in(script.text, frozenset(everywhere)):
                yield Found(f"{script.path}:{line}", f"`{told}` runs what others may have written")


def _steps(tree: Tree) -> Iterator[tuple[str, Step, frozenset[str]]]:
    """Every step with the variables in it that hold what others may have written."""
    for workflow, job in tree.jobs():
        around = {**workflow.environ, **job.environ}
        yield from _in_a_row(workflow.path, job.steps, around)
    for action in tree.actions:
        yield from _in_a_row(action.path, action.steps, {})


def _in_a_row(
    path: str, steps: tuple[Step, ...], around: Mapping[str, str]
) -> Iterator[tuple[str, Step, frozenset[str]]]:
    handed: frozenset[str] = frozenset()
    for step in steps:
        names = _BY_NATURE | handed | frozenset(_unsafe({**around, **step.environ}))
        yield path, step, names
        handed |= handed_on(without_templates(step.run), names)


def _unsafe(environ: Mapping[str, str]) -> Iterator[str]:
    for name, value in environ.items():
        read = (one for inner in templates_in(value) for one in unsafe_in(inner))
        if any(not one.startswith(_OURS) for one in read):
            yield name


RULE = Rule(
    id="text-is-evaluated",
    what="a variable with a text that others may have written in `eval`, `bash -c`, `source`, or as a command's name",
    why="a title that came by a variable is data until a shell reads it as a script: then its commands are obeyed",
    fix='use the variable in double quotes, as an argument; of `bash -c`, too: `bash -c \'… "$1"\' _ "$TITLE"`',
    models="W05; CWE-95",
    check=_check,
)
