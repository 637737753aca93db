"""What deploys is started by what is on main, and by nothing else that is pushed."""

from collections.abc import Iterator

from pipeline.gates.workflow.events import holds_elsewhere
from pipeline.gates.workflow.filters import ELSEWHERE, lets_in
from pipeline.gates.workflow.roles import deploys
from pipeline.gates.workflow.rule import Found, Look, Rule


def _check(look: Look) -> Iterator[Found]:
    for workflow, job in look.now.jobs():
        trigger = workflow.triggers.get("push")
        if trigger is None or not deploys(job) or not lets_in(trigger, ELSEWHERE):
            continue
        conditions = [job.condition, *(one.condition for one in workflow.before(job))]
        if all(holds_elsewhere(one, ELSEWHERE) is not False for one in conditions):
            yield Found(f"{workflow.path}:{job.line}", f"job {job.id!r} deploys what is pushed to any branch")


RULE = Rule(
    id="deployment-from-any-branch",
    what="a job that deploys and is started by a push to whatever branch",
    why="what is on a branch has been read by nobody, and passed no check that was required",
    fix="let `on: push: branches: [main]` start it, or ask `github.ref == 'refs/heads/main'` in its `if`",
    models="W18; R15",
    check=_check,
)
