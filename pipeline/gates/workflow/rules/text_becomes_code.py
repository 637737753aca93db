"""No text of strangers is pasted into a script: a title is data, by way of a variable."""

import re
from collections.abc import Iterator

from pipeline.gates.workflow.expression import NoExpression, names_in, templates_in
from pipeline.gates.workflow.rule import Found, Look, Rule

_SAFE = re.compile(
    r"github\.(?:sha|run_id|run_number|run_attempt|repository|repository_id|repository_owner|workspace|job|action_path|event_name"
    r"|server_url|api_url|event\.number|event\.pull_request\.number|event\.issue\.number|event\.(?:merge_group|pull_request\.head)\.(?:head_)?sha)"
    r"|runner\.\w+|matrix\.[\w.-]+|strategy\.[\w-]+|job\.status|needs\.[\w*-]+\.result|steps\.[\w-]+\.(?:outcome|conclusion)"
    r"|steps\.[\w-]+\.outputs\.artifact-(?:id|url|digest)|vars\.\w+"
)
_SCRIPTS = {"actions/github-script": ("script",)}


def _check(look: Look) -> Iterator[Found]:
    for path, step in look.now.steps():
        texts = [(step.run_line, step.run)]
        texts += [(step.line, step.given.get(name, "")) for name in _SCRIPTS.get(step.action, ())]
        for line, text in texts:
            for inner in templates_in(text):
                for name in unsafe_in(inner):
                    yield Found(f"{path}:{line}", f"`{name}` is pasted into a script, where whoever wrote it is obeyed")


def unsafe_in(inner: str) -> Iterator[str]:
    """What an expression reads that others may have written; all of it if it is none."""
    try:
        yield from (
            name for name in names_in(inner) if not _SAFE.fullmatch(name) and name not in ("true", "false", "null")
        )
    except NoExpression:
        yield inner


RULE = Rule(
    id="text-becomes-code",
    what="an expression in `run`, or in a script of actions/github-script, that others may have written",
    why="what stands in `${{ }}` is put into the script before any shell reads it: a title can hold commands",
    fix="give it to the step by `env`, and use the variable in double quotes",
    models="W05; CWE-94; Nx 2025; good change 28",
    check=_check,
)
