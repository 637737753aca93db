"""cdk-nag over the app: asked once for all it finds, then as a plugin of the synthesis with our acknowledgements."""

from collections.abc import Iterator

from aws_cdk import Acknowledgment, App, Validations
from cdk_nag import AwsSolutionsChecks
from constructs import IConstruct

from pipeline.cloud.findings import Finding, Judged

PACK = "AwsSolutions"


def find(app: App) -> tuple[Finding, ...]:
    """Everything that the pack finds in the app, before anything is acknowledged."""
    report = AwsSolutionsChecks(verbose=True).validate_scope(app)
    return tuple(
        Finding(
            violation.rule_name, resource.construct_path or "", violation.description, violation.severity or "error"
        )
        for violation in report.violations
        for resource in violation.violating_resources
    )


def check_at_synthesis(app: App, judged: Judged) -> None:
    """Let the synthesis of `app` fail on any finding that is not acknowledged with its reason in the construct tree."""
    for finding, reason in judged.acknowledged:
        construct = _at(app, finding.where)
        Validations.of(construct).acknowledge(Acknowledgment(id=finding.rule, reason=reason))
    Validations.of(app).add_plugins(AwsSolutionsChecks(verbose=True))


def _at(app: App, path: str) -> IConstruct:
    node: IConstruct = app
    for step in _steps(path):
        node = node.node.find_child(step)
    return node


def _steps(path: str) -> Iterator[str]:
    """The ids along a construct path."""
    yield from path.split("/")
