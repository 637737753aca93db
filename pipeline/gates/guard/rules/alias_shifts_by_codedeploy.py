"""What the API calls is an alias whose traffic CodeDeploy shifts."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.api import ALIAS, called_by_api
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import at, changed

ABOUT = About(
    kind="rollout",
    what="What a method or an authorizer of the API calls is an alias with an update policy of CodeDeploy's",
    why="without it a new version takes all requests in the same second, with no alarm that takes them back",
    fix="let pipeline/cloud/service/rollout.py have a deployment group for it, or waive it with a reason",
    models="R05: the alias's UpdatePolicy removed, or a method that calls the function past its alias",
    needs="every stage",
)
POLICY = ("UpdatePolicy", "CodeDeployLambdaAliasUpdate")


def look(subject: Subject) -> Iterator[Looked]:
    """Each function, version or alias that the API calls, and each alias that the base shifted."""
    seen: set[str] = set()
    for stack in subject.candidate.of_stages():
        for called in called_by_api(stack):
            seen.add(called.place)
            yield looked(called, _wrong(called, subject.before(called)))
    for old in subject.of_base(ALIAS):
        new = subject.after(old)
        if new and new.place not in seen and at(old.body, *POLICY):
            yield looked(new, _wrong(new, old))


def _wrong(called: Resource, old: Resource | None) -> Wrong | None:
    if called.type != ALIAS:
        return Wrong(
            f"the API calls it past every alias: is {called.type}, not {ALIAS}",
            fix="let the API call the function's alias",
        )
    policy = at(called.body, *POLICY)
    if at(policy, "ApplicationName") and at(policy, "DeploymentGroupName"):
        return None
    was = at(old.body, *POLICY) if old else None
    return Wrong(f"CodeDeploy does not shift this alias: {changed(was, policy)}", ".".join(POLICY))
