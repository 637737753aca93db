"""Which refs an event's filters let through: `branches`, `branches-ignore`, as GitHub matches them. Pure."""

import re
from collections.abc import Mapping

from pipeline.gates.workflow.events import MAIN
from pipeline.gates.workflow.model import Workflow
from pipeline.gates.workflow.yaml_text import Node

PATHS = ("paths", "paths-ignore")
ELSEWHERE = "some/branch-of-anybody"
"""A branch that nobody has named."""
NEEDED_TYPES = frozenset({"opened", "synchronize", "reopened"})
"""What a pull request's check must be asked for: a new one, each push to it, and one that is opened again."""


def reaches_main(trigger: Node) -> bool:
    """Whether an event at the main branch starts the workflow."""
    return lets_in(trigger, MAIN)


def lets_in(trigger: Node, branch: str) -> bool:
    """Whether an event at that branch starts the workflow; `tags` alone shut all branches out."""
    fields = trigger.fields()
    if "branches" in fields:
        return matches(fields["branches"].texts(), branch)
    if "branches-ignore" in fields:
        return not matches(fields["branches-ignore"].texts(), branch)
    return "tags" not in fields and "tags-ignore" not in fields


def matches(patterns: tuple[str, ...], name: str) -> bool:
    """Whether the last pattern that speaks of `name` lets it in (`!` in front shuts out)."""
    held = False
    for pattern in patterns:
        if _expression(pattern.removeprefix("!")).fullmatch(name):
            held = not pattern.startswith("!")
    return held


def _expression(pattern: str) -> re.Pattern[str]:
    """GitHub's "filter pattern": `*` within a part of a name, `**` across parts, the rest as in expressions."""
    parts = re.split(r"(\*\*/?|\*|\?|\+|\[[^]]*\])", pattern)
    signs: Mapping[str, str] = {"**": ".*", "**/": "(?:.*/)?", "*": "[^/]*", "?": "?", "+": "+"}
    written = "".join(signs.get(one, one if one.startswith("[") else re.escape(one)) for one in parts)
    try:
        return re.compile(written)
    except re.error:
        return re.compile(re.escape(pattern))


def asked_at_main(workflow: Workflow) -> tuple[str, ...]:
    """The events that start the workflow for what is on main already, or may be: not those of pull requests."""
    return tuple(
        event
        for event, node in workflow.triggers.items()
        if not event.startswith("pull_request")
        and event not in ("merge_group", "workflow_call")
        and (event != "push" or reaches_main(node))
    )


def asked_of_pull_requests(workflow: Workflow) -> bool:
    """Whether the workflow runs what somebody proposes."""
    return any(event.startswith("pull_request") or event == "merge_group" for event in workflow.triggers)
