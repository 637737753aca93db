"""What runs a proposed change has no secret."""

import re
from collections.abc import Iterator

from pipeline.gates.workflow.expression import NoExpression, names_in, templates_in
from pipeline.gates.workflow.filters import asked_of_pull_requests
from pipeline.gates.workflow.rule import Found, Look, Rule

_DEFAULT = re.compile(r"\bsecrets\.GITHUB_TOKEN\b|\bgithub\.token\b", re.IGNORECASE)


def _check(look: Look) -> Iterator[Found]:
    for workflow in filter(asked_of_pull_requests, look.now.workflows):
        for node in workflow.node.walk():
            if found := sorted(_secrets(node.text())):
                yield Found(f"{workflow.path}:{node.line}", f"a pull request's job is given the secret {found[0]}")
            elif "${{" in node.text() and _DEFAULT.search(node.text()):
                yield Found(f"{workflow.path}:{node.line}", "a pull request's job hands its token to a step", told=True)
        for job in workflow.jobs:
            if job.environment is not None:
                yield Found(
                    f"{workflow.path}:{job.line}",
                    f"a pull request's job {job.id!r} is in environment {job.environment!r}",
                    told=True,
                )


def _secrets(text: str) -> set[str]:
    """The names of the secrets in a text, but GitHub's own token."""
    found: set[str] = set()
    for inner in templates_in(text):
        try:
            found |= {name for name in names_in(inner) if name.startswith("secrets.")}
        except NoExpression:
            found |= {inner} if "secrets" in inner else set()
    return {name.removeprefix("secrets.") for name in found} - {"github_token"}


RULE = Rule(
    id="secret-in-a-change",
    what="a secret in a workflow that pull requests or the merge queue start",
    why="tests, `conftest.py` and `sitecustomize.py` of a change run there, and would send it away",
    fix="do what needs the secret after the merge, in an environment",
    models="S11; tj-actions, CVE-2025-30066",
    check=_check,
)
