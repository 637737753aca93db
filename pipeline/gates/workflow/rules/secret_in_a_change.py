"""What runs a proposed change has no secret."""

import re
from collections.abc import Iterator

from pipeline.gates.workflow.filters import asked_of_pull_requests
from pipeline.gates.workflow.rule import Found, Look, Rule

_SECRET = re.compile(r"\bsecrets\.(?!GITHUB_TOKEN\b)(\w+)", re.IGNORECASE)
_DEFAULT = re.compile(r"\bsecrets\.GITHUB_TOKEN\b|\bgithub\.token\b", re.IGNORECASE)


def _check(look: Look) -> Iterator[Found]:
    for workflow in filter(asked_of_pull_requests, look.now.workflows):
        for node in workflow.node.walk():
            if found := _SECRET.search(node.text() if "${{" in node.text() else ""):
                yield Found(f"{workflow.path}:{node.line}", f"a pull request's job is given the secret {found[1]}")
            elif "${{" in node.text() and _DEFAULT.search(node.text()):
                yield Found(f"{workflow.path}:{node.line}", "a pull request's job hands its token to a step", told=True)
        for job in workflow.jobs:
            if job.environment is not None:
                yield Found(
                    f"{workflow.path}:{job.line}",
                    f"a pull request's job {job.id!r} is in environment {job.environment!r}",
                    told=True,
                )


RULE = Rule(
    id="secret-in-a-change",
    what="a secret in a workflow that pull requests or the merge queue start",
    why="tests, `conftest.py` and `sitecustomize.py` of a change run there, and would send it away",
    fix="do what needs the secret after the merge, in an environment",
    models="S11; tj-actions, CVE-2025-30066",
    check=_check,
)
