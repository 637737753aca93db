"""What a job hands on as its proof is of its own run: it takes no artifact, report or verdict of another one."""

import re
from collections.abc import Iterator

from pipeline.gates.workflow.asking import required_jobs
from pipeline.gates.workflow.calls import Command, commands_of, without_contexts
from pipeline.gates.workflow.expression import without_templates
from pipeline.gates.workflow.model import Job, Step, Workflow
from pipeline.gates.workflow.roles import deploys
from pipeline.gates.workflow.rule import Found, Look, Rule
from pipeline.gates.workflow.shell import commands_in
from pipeline.gates.workflow.tree import Tree
from pipeline.gates.workflow.words import is_test_runner

OWN_RUN = frozenset({"$GITHUB_RUN_ID", "${GITHUB_RUN_ID}"})
_DOWNLOAD = "actions/download-artifact"
_ELSEWHERE = ("run-id", "github-token", "repository")
"""With any of them the action looks beyond its own run."""
_OF_OTHERS = re.compile(r"(?:download|fetch|get|import)[\w-]*(?:artifact|workflow-run)", re.IGNORECASE)
_CACHE = re.compile(r"actions/cache(?:/restore)?|.*/[\w-]*cache-action")
_PROOFS = re.compile(r"\.slipway\b|verdicts?\b|reports?\b|results?\b|junit|coverage", re.IGNORECASE)
_ARTIFACTS = re.compile(r"/actions/(?:artifacts\b|runs/(?P<run>[^/?\s]+)/artifacts\b)|archive_download_url")
_CALLS = re.compile(
    r"downloadArtifact|list(?:WorkflowRunArtifacts|ArtifactsForRepo)|actions/artifacts|DefaultArtifactClient"
)


def _check(look: Look) -> Iterator[Found]:
    proving = set(_proving(look.now))
    for workflow, job in look.now.jobs():
        if (workflow.path, job.id) in proving:
            for step in job.steps:
                yield from (Found(f"{workflow.path}:{step.line}", what) for what in _taken(step))
    for path, step in ((action.path, step) for action in look.now.actions for step in action.steps):
        yield from (Found(f"{path}:{step.line}", what) for what in _taken(step))
    for command in commands_of(look.now):
        is_asked = command.workflow is None or command.job is None or _key(command.workflow, command.job) in proving
        if is_asked and _fetches(command):
            yield Found(command.where, f"{command.told} takes what another run has proved")


def _proving(tree: Tree) -> Iterator[tuple[str, str]]:
    """Jobs that prove something: those that are required, what they wait for, and all that run tests and don't deploy.

    What an action or a script does may be any job's.
    """
    for _, workflow, job in required_jobs(tree):
        yield from (_key(workflow, one) for one in (job, *workflow.before(job)))
    for workflow, job in tree.jobs():
        if not deploys(job) and any(map(_tests, job.steps)):
            yield _key(workflow, job)


def _key(workflow: Workflow, job: Job) -> tuple[str, str]:
    return workflow.path, job.id


def _tests(step: Step) -> bool:
    return any(is_test_runner(words) for _, words in commands_in(without_templates(step.run)))


def _taken(step: Step) -> Iterator[str]:
    if step.action == _DOWNLOAD:
        told = [name for name in _ELSEWHERE if step.given.get(name)]
        if told and (without_contexts(step.given.get("run-id", "")) not in OWN_RUN or "repository" in told):
            yield f"{step.action} takes an artifact of another run ({', '.join(told)})"
    elif _OF_OTHERS.search(step.action):
        yield f"{step.action} takes an artifact of another run"
    elif _CACHE.fullmatch(step.action) and (found := _PROOFS.search(step.given.get("path", ""))):
        yield f"{step.action} brings back what another run has proved ({found[0]})"
    elif found := _CALLS.search(step.given.get("script", "")):
        yield f"a script calls `{found[0]}`"


def _fetches(command: Command) -> bool:
    words = command.words
    if words[:3] == ("gh", "run", "download"):
        return not OWN_RUN & set(words)
    text = " ".join(words)
    if words[:2] == ("gh", "api") or words[0].rsplit("/", 1)[-1] in ("curl", "wget", "http", "https", "xh"):
        return any(found["run"] not in OWN_RUN for found in _ARTIFACTS.finditer(text))
    return False


RULE = Rule(
    id="proof-of-another-run",
    what="a job that proves something and takes artifacts, reports or verdicts of another run, by a cache as well",
    why="a verdict is of the commit that it was made of: another run's is green whatever this commit does",
    fix="keep what this run has made; artifacts of its own run need neither run-id nor github-token",
    models="W16, W22; an artifact of another run",
    check=_check,
)
