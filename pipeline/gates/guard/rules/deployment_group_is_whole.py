"""The deployment group that an alias names is there, is its own, and may shift it."""

from collections import Counter
from collections.abc import Iterator

from pipeline.gates.guard.facts.role_statements import allowed, managed_of, principals_of, role_named
from pipeline.gates.guard.facts.rollout import APPLICATION, Rollout, rollouts
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import said

ABOUT = About(
    kind="rollout",
    what="An alias's deployment group is in its stack, no other alias's, and has a role that may shift traffic",
    why="a rollout whose group is missing, shared or powerless ends in an error, or watches another function",
    fix="let pipeline/cloud/service/rollout.py make one group for each function, with the role that the CDK gives it",
    models="R05: a policy that names no group; a service role taken away",
    needs="every stage",
)
SHIFTS = "lambda:UpdateAlias"
MANAGED = ("AWSCodeDeployRoleForLambda", "AWSCodeDeployRoleForLambdaLimited")
SERVICE = "codedeploy.amazonaws.com"


def look(subject: Subject) -> Iterator[Looked]:
    """Each alias that is shifted."""
    found = tuple(rollouts(subject.candidate))
    users = Counter(each.group.place for each in found if each.group)
    for rollout in found:
        yield looked(rollout.alias, *_wrong(rollout, users))


def _wrong(rollout: Rollout, users: Counter[str]) -> Iterator[Wrong]:
    group = rollout.group
    if group is None:
        name = said(rollout.policy.get("DeploymentGroupName"))
        yield Wrong(f"its deployment group {name} is not in this stack", "UpdatePolicy")
        return
    if users[group.place] > 1:
        yield Wrong(f"{users[group.place]} aliases share the deployment group {group.logical_id}", "UpdatePolicy")
    if rollout.policy.get("ApplicationName") != group.at("ApplicationName"):
        yield Wrong(f"its group {group.logical_id} is another application's", "UpdatePolicy")
    if group.at("DeploymentStyle", "DeploymentOption") != "WITH_TRAFFIC_CONTROL":
        yield Wrong("CodeDeploy has no control of its traffic", "DeploymentStyle.DeploymentOption")
    application = rollout.stack.target(rollout.policy.get("ApplicationName"))
    if application and application.type == APPLICATION and application.at("ComputePlatform") != "Lambda":
        yield Wrong(f"the application {application.logical_id} is not for Lambda", "UpdatePolicy")
    if rollout.version is None:
        yield Wrong(
            f"it stands on {said(rollout.alias.at('FunctionVersion'))}, which no deployment shifts to",
            "FunctionVersion",
            "let the alias stand on the version that this template makes (Function.current_version)",
        )
    if rollout.alias.at("RoutingConfig") is not None:
        yield Wrong("its weights stand in the template, where CodeDeploy moves them", "RoutingConfig", "remove them")
    if wrong := _role(rollout):
        yield wrong


def _role(rollout: Rollout) -> Wrong | None:
    value = rollout.group.at("ServiceRoleArn") if rollout.group else None
    role = role_named(rollout.stack, value)
    if role is None:
        return Wrong(f"the service role of its group is {said(value)}, no role of this stack", "ServiceRoleArn")
    if SERVICE not in principals_of(role):
        return Wrong(f"the service role {role.logical_id} can't be assumed by {SERVICE}", "ServiceRoleArn")
    if any(name in managed_of(role) for name in MANAGED) or allowed(rollout.stack, role, SHIFTS):
        return None
    return Wrong(f"the service role {role.logical_id} may not shift traffic ({SHIFTS})", "ServiceRoleArn")
