"""cdk-nag over the app: asked once for all it finds, then as a plugin of the synthesis with our acknowledgements.

cdk-nag finds a policy with `Resource: "*"` once, whatever may be done there. We have a finding for each action, so that
what is acknowledged for one action is not for the next.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from aws_cdk import Acknowledgment, App, CfnResource, Stack, Validations
from aws_cdk import aws_iam as iam
from cdk_nag import AwsSolutionsChecks
from constructs import IConstruct

from pipeline.cloud.findings import Finding, Judged

EVERYWHERE = "AwsSolutions-IAM5[Resource::*]"
"""What cdk-nag calls a statement that allows something on every resource."""


def find(app: App) -> tuple[Finding, ...]:
    """Everything that the pack finds in the app, before anything is acknowledged."""
    report = AwsSolutionsChecks(verbose=True).validate_scope(app)
    return tuple(
        finding
        for violation in report.violations
        for resource in violation.violating_resources
        for finding in _by_action(
            app,
            Finding(
                violation.rule_name, resource.construct_path or "", violation.description, violation.severity or "error"
            ),
        )
    )


def check_at_synthesis(app: App, judged: Judged) -> None:
    """Let the synthesis of `app` fail on any finding that is not acknowledged with its reason in the construct tree."""
    standing = {(finding.rule, finding.where) for finding in judged.open}
    reasons: dict[tuple[str, str], dict[str, None]] = {}
    for finding, reason in judged.acknowledged:
        reasons.setdefault((finding.rule, finding.where), {})[reason] = None
    for (rule, where), given in reasons.items():
        if (rule, where) not in standing:
            construct = _at(app, where)
            Validations.of(construct).acknowledge(Acknowledgment(id=rule, reason="; ".join(given)))
    Validations.of(app).add_plugins(AwsSolutionsChecks(verbose=True))


def _by_action(app: App, finding: Finding) -> tuple[Finding, ...]:
    """A finding of `Resource: "*"` once for each action that has it; any other as it is."""
    if finding.rule != EVERYWHERE:
        return (finding,)
    policy = _at(app, finding.where)
    stack = Stack.of(policy)
    name = stack.get_logical_id(policy) if isinstance(policy, CfnResource) else finding.where
    return tuple(
        Finding(
            finding.rule,
            finding.where,
            f"{name} of {stack.template_file} may do so to every resource: name those that it needs "
            "(for a function in api/needs.py)",
            finding.severity,
            action,
        )
        for action in sorted({*actions_everywhere(stack.resolve(_documents(policy)))})
    ) or (finding,)


def _documents(policy: IConstruct) -> list[Any]:
    """The policy documents of a resource of IAM, not yet resolved."""
    match policy:
        case iam.CfnRole() | iam.CfnUser() | iam.CfnGroup():
            return [policy.policies]
        case iam.CfnPolicy() | iam.CfnManagedPolicy():
            return [policy.policy_document]
    return []


def actions_everywhere(document: object) -> Iterator[str]:
    """The actions of every statement, however deep in the document, that allows them on `*`."""
    match document:
        case {"Effect": "Allow", "Action": actions, "Resource": resources} if "*" in _several(resources):
            yield from _several(actions)
        case Mapping():
            yield from (action for each in document.values() for action in actions_everywhere(each))
        case list():
            yield from (action for each in document for action in actions_everywhere(each))


def _several(one_or_more: object) -> Iterable[str]:
    return one_or_more if isinstance(one_or_more, list) else (str(one_or_more),)


def _at(app: App, path: str) -> IConstruct:
    node: IConstruct = app
    for step in _steps(path):
        node = node.node.find_child(step)
    return node


def _steps(path: str) -> Iterator[str]:
    """The ids along a construct path."""
    yield from path.split("/")
