"""A required job runs the commands that prove it, word for word, in a shell and an environment of nobody's making."""

import re
from collections.abc import Iterator

from pipeline.gates.workflow.asking import required_jobs
from pipeline.gates.workflow.model import Job, Step, Workflow
from pipeline.gates.workflow.required import Check
from pipeline.gates.workflow.rule import Found, Look, Rule

_OWN_COMMAND = re.compile(r"scripts/[\w-]+(?: [\w./:=,-]+)*(?: >>? ?\"?\$\{?GITHUB_STEP_SUMMARY\}?\"?)?")
"""One command from `scripts/`, with plain words; its output may go to the summary."""
_COMPARING = re.compile(r"scripts/(?:test|rehearse|mutation|compatibility)\b|\bslipway (?:gate|check|rehearse)\b")
_OF_ANOTHER = frozenset({"ref", "repository", "path", "sparse-checkout", "filter", "token", "ssh-key"})
_PREPARES = frozenset({"actions/github-script", "actions/download-artifact"})
_ALLOWED = frozenset({"FORCE_COLOR", "NO_COLOR", "TZ", "LANG", "LC_ALL", "TERM", "SLIPWAY_HOME", "SLIPWAY_SEED"})


def _check(look: Look) -> Iterator[Found]:
    for check, workflow, job in required_jobs(look.now):
        yield from _commands(check, workflow, job)
        yield from _others(look, check, workflow, job)
        yield from _surroundings(check, workflow, job)


def _commands(check: Check, workflow: Workflow, job: Job) -> Iterator[Found]:
    run = [step.run.strip() for step in job.steps if step.run]
    for command in check.run:
        if command not in run:
            near = next((f"; there is `{one}`" for one in run if one.split()[:1] == command.split()[:1]), "")
            where = f"{workflow.path}:{job.line}"
            yield Found(where, f"job {job.id!r} does not run `{command}`, word for word and by itself{near}")
    order = [run.index(command) for command in check.run if command in run]
    if order != sorted(order):
        yield Found(f"{workflow.path}:{job.line}", f"job {job.id!r} runs its commands in another order")


def _others(look: Look, check: Check, workflow: Workflow, job: Job) -> Iterator[Found]:
    """Steps before the last proof could change what it looks at: they are commands of the tree, or pinned actions."""
    proofs = [place for place, step in enumerate(job.steps) if step.run.strip() in check.run]
    for step in job.steps[: max(proofs, default=0)]:
        where = f"{workflow.path}:{step.run_line}"
        if step.run and not _OWN_COMMAND.fullmatch(step.run.strip()):
            yield Found(where, "before its proof a required job runs something else than one plain command of scripts/")
        elif step.action == "actions/checkout" and (other := sorted(_OF_ANOTHER & step.given.keys())):
            yield Found(where, f"the checkout of a required job takes something else ({', '.join(other)})")
        elif step.action == "actions/checkout" and _compares(check) and step.given.get("fetch-depth") != "0":
            yield Found(
                where, "the checkout of a required job has no history, so nothing is compared with the base release"
            )
        elif step.action in _PREPARES or any(not _OWN_COMMAND.fullmatch(run) for run in _inside(look, step)):
            yield Found(where, f"before its proof a required job runs {step.action}, which may prepare it")


def _compares(check: Check) -> bool:
    """Whether what the check runs looks at the base release, too."""
    return any(_COMPARING.search(command) for command in check.run)


def _inside(look: Look, step: Step) -> Iterator[str]:
    """The commands of an action of the tree."""
    for action in look.now.actions:
        if step.uses.startswith("./") and action.path.rsplit("/", 1)[0] == step.uses.removeprefix("./").rstrip("/"):
            yield from (one.run.strip() for one in action.steps if one.run)


def _surroundings(check: Check, workflow: Workflow, job: Job) -> Iterator[Found]:
    for where, names in _environs(check, workflow, job):
        for name in sorted(set(names) - _ALLOWED):
            yield Found(f"{workflow.path}:{where}", f"{name} is set for what job {job.id!r} proves")
    for step in job.steps:
        if step.run.strip() in check.run:
            yield from _place(workflow, step)
    for key in ("container", "services"):
        if node := job.node.at(key):
            yield Found(f"{workflow.path}:{node.line}", f"job {job.id!r} has a `{key}` of its own")


def _environs(check: Check, workflow: Workflow, job: Job) -> Iterator[tuple[int, tuple[str, ...]]]:
    for holder in (workflow, job):
        node = holder.node.at("env")
        if node:
            yield node.line, tuple(holder.environ) or ("env",)
    for step in job.steps:
        if step.environ and step.run.strip() in check.run:
            yield step.line, tuple(step.environ)


def _place(workflow: Workflow, step: Step) -> Iterator[Found]:
    folders = (
        step.node.at("working-directory"),
        *(
            holder.at("defaults", "run", "working-directory")
            for holder in (workflow.node, *(job.node for job in workflow.jobs))
        ),
    )
    for node in filter(None, folders):
        yield Found(f"{workflow.path}:{node.line}", f"`{step.run.strip()}` is run in another folder")


RULE = Rule(
    id="required-command-is-changed",
    what="a required job that does not run the commands of .github/required.toml word for word and unprepared",
    why="`|| true`, an option that leaves tests out, a variable or a step before it make the same name prove less",
    fix="let the step be the command alone; to change what is proved, change .github/required.toml in the same commit",
    models="W15, W16, W22",
    check=_check,
)
