"""A role has no policy of AWS's own but the few that a service can't do without."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.holders import GROUP, ROLE, USER
from pipeline.gates.guard.facts.texts import written
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Note, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.openapi.node import listed

ABOUT = About(
    kind="iam",
    what="No role has a policy that AWS keeps, but for the few that are known to be narrow",
    why="such a policy allows whole services on everything, and AWS adds to it when it likes",
    fix="grant the actions that the code calls on the things that it uses",
    models="I03: AdministratorAccess; PowerUserAccess and the FullAccess policies; CWE-250",
    needs="nothing",
)
WHERE = "ManagedPolicyArns"
NARROW = (
    "service-role/AmazonAPIGatewayPushToCloudWatchLogs",
    "service-role/AWSCodeDeployRoleForLambdaLimited",
    "service-role/AWSLambdaBasicExecutionRole",
    "service-role/AWSLambdaVPCAccessExecutionRole",
    "AWSXRayDaemonWriteAccess",
    "CloudWatchLambdaInsightsExecutionRolePolicy",
)
"""What the gateway, CodeDeploy and Lambda write their logs and traces by, and shift traffic."""
OF_AWS = ":iam::aws:policy/"


def look(subject: Subject) -> Iterator[Looked]:
    """Each role, user and group that has policies from elsewhere, and each that had."""
    for holder in subject.of_candidate(ROLE, USER, GROUP):
        named = [written(each) for each in listed(holder.at(WHERE))]
        if named:
            yield looked(holder, *_said(subject.before(holder), named, is_first=subject.base is None))


def _said(old: Resource | None, named: list[str], *, is_first: bool) -> Iterator[Wrong | Note]:
    known = {written(each) for each in listed(old.at(WHERE))} if old else set[str]()
    for name in named:
        _, is_of_aws, policy = name.partition(OF_AWS)
        if is_of_aws and policy not in NARROW:
            yield Wrong(f"it has {policy}, which AWS keeps", WHERE)
        elif not is_of_aws and name.startswith("arn:"):
            yield Wrong(f"it has {name}, which no template of ours makes", WHERE)
        elif name not in known and not is_first:
            yield Note(f"it has {name} now", WHERE)
