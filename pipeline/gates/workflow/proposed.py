"""What of a job runs what somebody proposes: files that it has brought, by a command or by an action among them. Pure.

A pinned action that finds such files in the job's folder is taken to read them; which one runs them nobody can tell.
"""

import re

from pipeline.gates.workflow.calls import without_contexts
from pipeline.gates.workflow.model import Job, Step, Workflow
from pipeline.gates.workflow.shell import commands_in
from pipeline.gates.workflow.tree import Tree
from pipeline.gates.workflow.words import is_harmless

_CHECKOUT = re.compile(r"(?:.*/)?checkout")
_ARTIFACT = re.compile(r"(?:.*/)?[\w-]*download[\w-]*artifact[\w-]*")
_OF_BASE = re.compile(r"\.base\.|\bbase_(?:ref|sha)\b|default_branch|^(?:refs/heads/)?main$")
"""Refs of what is on main already."""
_FETCHES = (
    *(("git", verb) for verb in ("clone", "fetch", "pull")),
    *(("gh", *words) for words in (("pr", "checkout"), ("repo", "clone"), ("run", "download"))),
)
_READS = frozenset(
    {
        "awk",
        "cd",
        "cp",
        "cut",
        "diff",
        "gh",
        "git",
        "grep",
        "jq",
        "ls",
        "mkdir",
        "mv",
        "sed",
        "tar",
        "tee",
        "uniq",
        "unzip",
    }
)
"""Programs that take files as they are, besides those that prove nothing; `gh` and `git` obey no file of a tree."""


def proposed_code_in(tree: Tree, workflow: Workflow, job: Job, scope: str) -> str:
    """What of the job runs such files with the right to write to `scope`, as a finding shows it; empty if nothing.

    A workflow of the tree that it calls has no more rights than it is given, and fewer where its own jobs say so.
    """
    if not _may_write(job.permissions if job.permissions is not None else workflow.permissions, scope):
        return ""
    called = [one for one in tree.workflows if job.uses == f"./{one.path}"]
    for inner in (each for one in called for each in one.jobs):
        given = inner.permissions if inner.permissions is not None else called[0].permissions
        if (given is None or _may_write(given, scope)) and (found := _run_in(inner)):
            return f"{found} of {job.uses}"
    return _run_in(job)


def _may_write(permissions: object, scope: str) -> bool:
    return isinstance(permissions, dict) and permissions.get(scope) == "write"


def _run_in(job: Job) -> str:
    brought = False
    for step in job.steps:
        if step.uses.startswith("./"):
            return step.uses
        for _, words in commands_in(without_contexts(step.run)):
            if brought and not is_harmless(words) and words[0] not in _READS:
                return f"`{' '.join(words)[:60]}`"
            brought = brought or any(words[: len(each)] == each for each in _FETCHES)
        brought = brought or _brings(step)
    return ""


def _brings(step: Step) -> bool:
    """Whether an action brings files that are not on main: by a checkout, or an artifact, which tests have written."""
    ref, other = step.given.get("ref", ""), step.given.get("repository", "")
    if _CHECKOUT.fullmatch(step.action):
        is_elsewhere = bool(other) and "${{" not in other + ref
        return not (is_elsewhere or _OF_BASE.search(ref))
    return bool(_ARTIFACT.fullmatch(step.action))
