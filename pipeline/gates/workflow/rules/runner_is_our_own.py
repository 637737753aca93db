"""What somebody proposes runs on machines of GitHub, which are thrown away after it."""

import re
from collections.abc import Iterator

from pipeline.gates.workflow.filters import asked_of_pull_requests
from pipeline.gates.workflow.rule import Found, Look, Rule
from pipeline.gates.workflow.yaml_text import Node

_HOSTED = re.compile(r"(?:ubuntu|windows|macos)-(?:\d[\w.-]*|slim)")
_MOVING = re.compile(r"(?:ubuntu|windows|macos)-latest")


def _check(look: Look) -> Iterator[Found]:
    for workflow, job in look.now.jobs():
        for label in job.runs_on:
            where = f"{workflow.path}:{job.line}"
            if _HOSTED.fullmatch(label):
                continue
            if _MOVING.fullmatch(label):
                yield Found(where, f"job {job.id!r} runs on {label}, which is another system one day", told=True)
            elif not (label.startswith("${{ matrix.") and _all_hosted(job.node.at("strategy", "matrix"))):
                told = not asked_of_pull_requests(workflow)
                yield Found(where, f"job {job.id!r} runs on {label!r}, which is no machine of GitHub's own", told=told)


def _all_hosted(matrix: object) -> bool:

    if not isinstance(matrix, Node):
        return False
    told = [
        one.text()
        for key, node in matrix.fields().items()
        if key in ("os", "runner", "runs-on", "platform")
        for one in node.entries()
    ]
    return bool(told) and all(_HOSTED.fullmatch(one) or _MOVING.fullmatch(one) for one in told)


RULE = Rule(
    id="runner-is-our-own",
    what="a self-hosted runner, a group of runners, or one that an expression chooses, for a pull request",
    why="a machine that outlives the job keeps what a change left on it",
    fix="name a machine of GitHub's, by its version (`ubuntu-24.04`)",
    models="W13",
    check=_check,
)
