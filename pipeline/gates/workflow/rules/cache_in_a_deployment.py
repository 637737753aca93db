"""What deploys builds from the source alone: it restores no cache that another run has written."""

import re
from collections.abc import Iterator

from pipeline.gates.workflow.roles import deploys
from pipeline.gates.workflow.rule import Found, Look, Rule

_CACHES = re.compile(
    r"actions/cache(?:/restore)?|.*/(?:rust-cache|gradle-cache|cache-action|magic-nix-cache-action|sccache-action)"
)
_BY_DEFAULT = frozenset(
    {"astral-sh/setup-uv", "actions/setup-go", "gradle/actions/setup-gradle", "gradle/gradle-build-action"}
)
"""Actions that restore a cache unless they are told not to."""
_INPUTS = ("cache", "enable-cache", "cache-from", "use-cache", "bundler-cache", "package-manager-cache")
_OFF = frozenset({"false", "never", ""})


def _check(look: Look) -> Iterator[Found]:
    for workflow, job in look.now.jobs():
        if not (deploys(job) or "release" in workflow.triggers):
            continue
        for step in job.steps:
            given = {name: step.given[name] for name in _INPUTS if step.given.get(name, "") not in _OFF}
            default = step.action in _BY_DEFAULT and not any(step.given.get(name) == "false" for name in _INPUTS)
            if _CACHES.fullmatch(step.action) or given or default:
                told = ", ".join(f"{name}: {value}" for name, value in given.items()) or step.action
                yield Found(f"{workflow.path}:{step.line}", f"job {job.id!r} deploys from a cache ({told})")


RULE = Rule(
    id="cache-in-a-deployment",
    what="a cache that is restored in a job that deploys, signs or releases",
    why="a cache is written by other runs, with less care: what it holds would be delivered",
    fix="take the cache away there",
    models="W12",
    check=_check,
)
