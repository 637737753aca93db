"""A checkout keeps no credentials, and checks out what the event is about."""

import re
from collections.abc import Iterator

from pipeline.gates.workflow.model import Workflow
from pipeline.gates.workflow.rule import Found, Look, Rule

_ELSEWHERE = re.compile(r"pull_request\.head|github\.head_ref|workflow_run\.head|refs/pull/|\binputs\.", re.IGNORECASE)


def _check(look: Look) -> Iterator[Found]:
    asked = {workflow.path: workflow for workflow in look.now.workflows}
    for path, step in look.now.steps():
        if step.given.get("allow-unsafe-pr-checkout", "false") != "false":
            yield Found(
                f"{path}:{step.line}", "allow-unsafe-pr-checkout: a stranger's code with the repository's rights"
            )
        if step.action != "actions/checkout":
            continue
        if step.given.get("persist-credentials") != "false":
            yield Found(f"{path}:{step.line}", "a checkout that leaves its token in .git for every later step")
        ref = step.given.get("ref", "")
        if _ELSEWHERE.search(ref) and not _is_harmless(asked.get(path)):
            yield Found(f"{path}:{step.line}", f"a checkout of {ref}, which somebody else has chosen")


def _is_harmless(workflow: Workflow | None) -> bool:
    """A pull request's own workflow has no rights that its head could misuse."""
    return workflow is not None and set(workflow.triggers) <= {"pull_request", "merge_group"}


RULE = Rule(
    id="checkout-is-unsafe",
    what="a checkout that keeps credentials, with allow-unsafe-pr-checkout, or of a ref that strangers choose",
    why="whatever runs later in the job reads the token from .git/config, and uploads may carry it away",
    fix="write `persist-credentials: false`",
    models="W03, W04, W09",
    check=_check,
)
