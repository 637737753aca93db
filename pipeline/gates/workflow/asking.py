"""What several rules ask of a tree."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from pipeline.gates.workflow.model import Job, Workflow
from pipeline.gates.workflow.required import Check, NotReadable, Required, required_in
from pipeline.gates.workflow.tree import Tree


def requirements(tree: Tree) -> Required:
    """What the tree requires; nothing if that can't be read, which `required-check-is-gone` says."""
    try:
        return required_in(tree.texts)
    except NotReadable:
        return Required()


def required(tree: Tree) -> tuple[Check, ...]:
    """The checks that the tree requires."""
    return requirements(tree).check


def required_jobs(tree: Tree) -> Iterator[tuple[Check, Workflow, Job]]:
    """The job of each required check, where there is one."""
    for check in required(tree):
        for workflow, job in tree.jobs():
            if workflow.path == check.workflow and job.check == check.name:
                yield check, workflow, job


@cache
def settings_in(text: str) -> Mapping[str, Any]:
    """A TOML document; empty if it is none, which other gates refuse."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}


def lines_with(text: str, part: str) -> int:
    """The first line (from 1) that holds `part`; 1 if none does."""
    return next((number for number, line in enumerate(text.splitlines(), start=1) if part in line), 1)


def table_of(tool: Mapping[str, Any], table: str) -> Mapping[str, Any]:
    """The settings of `[tool.<table>]` in what pyproject.toml holds below `tool`; empty where there are none."""
    found: Any = tool
    for part in table.split("."):
        found = found.get(part, {}) if isinstance(found, Mapping) else {}
    return found if isinstance(found, Mapping) else {}
