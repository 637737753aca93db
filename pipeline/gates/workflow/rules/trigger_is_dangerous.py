"""No event lets strangers start what has the repository's rights: `pull_request_target`, `workflow_run`, comments."""

import re
from collections.abc import Iterator

from pipeline.gates.workflow.model import Job, Workflow
from pipeline.gates.workflow.rule import Found, Look, Rule

_COMMENTS = frozenset(
    {
        "issue_comment",
        "pull_request_review_comment",
        "pull_request_review",
        "discussion_comment",
        "issues",
        "discussion",
    }
)
_OF_HEAD = re.compile(r"workflow_run\.head_|pull_request\.head\.|github\.head_ref|refs/pull/", re.IGNORECASE)
_TRUSTED = re.compile(
    r"author_association\s*==\s*'(?:OWNER|MEMBER|COLLABORATOR)'|author_association\s*\)", re.IGNORECASE
)


def _check(look: Look) -> Iterator[Found]:
    for workflow in look.now.workflows:
        for event, node in workflow.triggers.items():
            where = f"{workflow.path}:{node.line}"
            if event == "pull_request_target":
                yield Found(
                    where, "pull_request_target gives a stranger's pull request the repository's rights and secrets"
                )
            elif event == "workflow_run" and any(_takes_head(job) for job in workflow.jobs):
                yield Found(where, "workflow_run checks out, with the repository's rights, what somebody proposed")
            elif event in _COMMENTS:
                yield from _unasked(workflow, event)


def _takes_head(job: Job) -> bool:
    told = [step.run for step in job.steps] + [
        value for step in job.steps for value in (*step.given.values(), *step.environ.values())
    ]
    return any(_OF_HEAD.search(one) for one in told)


def _unasked(workflow: Workflow, event: str) -> Iterator[Found]:
    for job in workflow.jobs:
        conditions = [job.condition or "", *(one.condition or "" for one in workflow.before(job))]
        if not any(_TRUSTED.search(one) and not re.search(r"\|\|(?!.*author_association)", one) for one in conditions):
            yield Found(f"{workflow.path}:{job.line}", f"job {job.id!r} is started by {event} of whoever writes one")


RULE = Rule(
    id="trigger-is-dangerous",
    what="pull_request_target, workflow_run that checks out what was proposed, or a job for comments of whoever writes",
    why="these run with the secrets of the repository, on a stranger's word",
    fix="use pull_request; ask `github.event.comment.author_association == 'MEMBER'` in the job's `if`",
    models="W03, W14; Nx, TanStack",
    check=_check,
)
