"""The roles of the pipeline and its builds may do what they need, and name it."""

from collections.abc import Iterator

from pipeline.gates.guard.assembly import Stack
from pipeline.gates.guard.facts.builds import PROJECT
from pipeline.gates.guard.facts.journey import PIPELINE
from pipeline.gates.guard.facts.role_statements import (
    POLICIES,
    ROLE,
    managed_of,
    many,
    principals_of,
    role_named,
    statements_in,
)
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import at, names_in, said
from pipeline.gates.openapi.node import Json, Mapped, listed

ABOUT = About(
    kind="pipeline",
    what="No role of the pipeline may do everything, with everything, or become any role",
    why="a command in any build then reaches every account that the pipeline reaches, prod's among them",
    fix="name the actions and the resources, as CDK Pipelines does for the roles that it makes",
    models="R18: the pipeline's role widened to *",
    needs="the pipeline",
)
ANYTHING_OF = frozenset(
    {"cloudformation:describestacks", "cloudwatch:putmetricdata", "ecr:getauthorizationtoken", "s3:listbucket"}
    | {"codebuild:batchgetbuilds", "codebuild:startbuild", "codebuild:stopbuild", "sts:getcalleridentity"}
    | {"xray:puttracesegments", "xray:puttelemetryrecords"}
)
"""What CDK Pipelines and AWS's own tools need on any resource, in lower case."""
BECOMING = ("sts:assumerole", "iam:passrole", "sts:assumerolewithwebidentity", "sts:*", "iam:*")
POWERFUL = ("AdministratorAccess", "PowerUserAccess", "IAMFullAccess")
SERVICES = ("codepipeline.amazonaws.com", "codebuild.amazonaws.com", "events.amazonaws.com", "lambda.amazonaws.com")


def look(subject: Subject) -> Iterator[Looked]:
    """Each role and policy outside of the stages, and what runs with them."""
    for stack in subject.candidate.outside_of_stages():
        for resource in stack.all(ROLE, *POLICIES):
            wrong = [each for statement in _statements(resource) for each in _wide(statement)]
            if resource.type == ROLE:
                wrong += [*_managed(resource), *_trusted(resource)]
            yield looked(resource, *wrong)
        for user in stack.all(PROJECT, PIPELINE):
            yield looked(user, *_foreign(stack, user))


def _foreign(stack: Stack, user: Resource) -> Iterator[Wrong]:
    """Roles that something runs with, but that are not made here, where one sees what they may do."""
    actions = [action for stage in listed(user.at("Stages")) for action in listed(at(stage, "Actions"))]
    for role in (user.at("ServiceRole"), user.at("RoleArn"), *(at(action, "RoleArn") for action in actions)):
        if role is not None and role_named(stack, role) is None and ":role/cdk-" not in said(role):
            yield Wrong(f"it runs with {said(role)}, no role of this stack", "RoleArn")


def _statements(resource: Resource) -> Iterator[Mapped]:
    for policy in listed(resource.at("Policies")):
        yield from statements_in(at(policy, "PolicyDocument"))
    yield from statements_in(resource.at("PolicyDocument"))


def _wide(statement: Mapped) -> Iterator[Wrong]:
    if statement.get("Effect") != "Allow":
        return
    if "NotAction" in statement or "NotResource" in statement:
        yield Wrong("it may do all but what is named", "PolicyDocument")
    actions = [said(each).lower() for each in many(statement.get("Action"))]
    for action in actions:
        if action == "*" or action.endswith(":*"):
            yield Wrong(f"it may do {action}", "PolicyDocument")
    wide = [each for each in many(statement.get("Resource")) if _anything(each)]
    for resource in wide if "Condition" not in statement else ():
        too_much = [action for action in actions if action not in ANYTHING_OF]
        if too_much:
            yield Wrong(f"it may do {', '.join(too_much)} with {said(resource)}", "PolicyDocument")
    if "Condition" in statement and wide and set(actions) & set(BECOMING) and not _only_of_the_cdk(statement):
        yield Wrong(f"it may become any role ({said(wide[0])})", "PolicyDocument")


def _anything(resource: Json) -> bool:
    """Whether a resource is all there is, or all roles of an account; a name below which all is meant is narrower."""
    text = said(resource)
    if any(True for name in names_in(resource) if not name.startswith("AWS::")):
        return False
    return text == "*" or ":role/*" in text or (text.startswith("arn:") and text.rsplit(":", 1)[-1] in ("*", ""))


def _only_of_the_cdk(statement: Mapped) -> bool:
    """Whether a condition asks for the tag that the CDK's bootstrapping gives to its own roles."""
    return "iam:ResourceTag/aws-cdk:bootstrap-role" in _keys(statement.get("Condition"))


def _keys(condition: Json) -> str:
    match condition:
        case dict():
            return " ".join((*condition, *map(_keys, condition.values())))
    return ""


def _managed(role: Resource) -> Iterator[Wrong]:
    for name in managed_of(role):
        if name in POWERFUL or name.endswith("FullAccess"):
            yield Wrong(f"it has {name}", "ManagedPolicyArns")


def _trusted(role: Resource) -> Iterator[Wrong]:
    for principal in principals_of(role):
        if principal == "*" or (principal.endswith("amazonaws.com") and principal not in SERVICES):
            yield Wrong(f"{principal} may become it", "AssumeRolePolicyDocument")
        elif principal.startswith("arn:") or principal.isdigit():
            yield Wrong(f"{principal}, outside of this stack, may become it", "AssumeRolePolicyDocument")
