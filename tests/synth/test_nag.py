"""cdk-nag through the CDK's own way: what is acknowledged passes, anything else fails the synthesis."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from aws_cdk import App, Stack, aws_s3
from aws_cdk import aws_iam as iam
from constructs import Construct

from pipeline.cloud.acknowledged import TOOL, acknowledged
from pipeline.cloud.assembly import InvalidAssembly, Validated
from pipeline.cloud.delivery_stage import DeliveryStage
from pipeline.cloud.findings import Finding, Judged, judge
from pipeline.cloud.inputs import read_inputs
from pipeline.cloud.nag import check_at_synthesis, find
from pipeline.cloud.settings import ROOT, bundle_home, context
from pipeline.plan.delivery import DELIVERY
from pipeline.plan.waivers import Waiver
from tests.synth.wishes import EVERYTHING, wishing


def acknowledge(rules: tuple[str, ...], where: tuple[str, ...], reason: str) -> Waiver:
    return Waiver("cdk-nag", rules, where, reason, "orders-team", date(2027, 6, 30))


NO_LOGS = acknowledge(("AwsSolutions-S1",), ("store/*/Resource",), "nobody reads this bucket")
NO_TLS = acknowledge(("AwsSolutions-S10",), ("store/*/Resource",), "nobody writes to it either")


@pytest.fixture
def app(tmp_path: Path) -> App:
    """An app with a bucket that has no logs and takes plain HTTP."""
    made = App(outdir=str(tmp_path))
    aws_s3.Bucket(Stack(made, "store"), "Bucket")
    return made


def test_everything_is_found_before_anything_is_acknowledged(app: App) -> None:
    assert [(finding.rule, finding.where) for finding in find(app)] == [
        ("AwsSolutions-S1", "store/Bucket/Resource"),
        ("AwsSolutions-S10", "store/Bucket/Resource"),
    ]


def test_what_is_acknowledged_passes(app: App) -> None:
    judged = judge(find(app), [NO_LOGS, NO_TLS])
    check_at_synthesis(app, judged)
    app.synth()
    assert judged.open == ()


def test_what_is_not_acknowledged_fails_the_synthesis(app: App) -> None:
    check_at_synthesis(app, judge(find(app), [NO_LOGS]))
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()


TRACES = acknowledge(
    ("AwsSolutions-IAM5[Resource::*] for xray:PutTraceSegments",), ("store/*/Resource",), "X-Ray names no resources"
)


@pytest.fixture
def traced(tmp_path: Path) -> iam.Role:
    """The role of a function that may write traces, which have no resources to name."""
    stack = Stack(App(outdir=str(tmp_path)), "store")
    role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    role.add_to_policy(iam.PolicyStatement(actions=["xray:PutTraceSegments"], resources=["*"]))
    return role


def app_of(role: iam.Role) -> App:
    app = role.node.root
    assert isinstance(app, App)
    return app


def test_an_action_that_has_no_resources_to_name_passes(traced: iam.Role) -> None:
    app = app_of(traced)
    judged = judge(find(app), [TRACES])
    check_at_synthesis(app, judged)
    app.synth()
    assert judged.open == ()


def test_another_action_on_everything_is_not_let_by_with_it(traced: iam.Role) -> None:
    reads = iam.PolicyStatement(actions=["dynamodb:Query", "dynamodb:GetItem"], resources=["*", "arn:aws:s3:::x"])
    traced.add_to_policy(reads)
    app = app_of(traced)
    judged = judge(find(app), [TRACES])
    assert [(finding.full_rule, finding.where) for finding in judged.open] == [
        ("AwsSolutions-IAM5[Resource::*] for dynamodb:GetItem", "store/Role/DefaultPolicy/Resource"),
        ("AwsSolutions-IAM5[Resource::*] for dynamodb:Query", "store/Role/DefaultPolicy/Resource"),
    ]
    assert judged.open[0].what.startswith("RoleDefaultPolicy5FFB7DAB of store.template.json may do so to every")
    check_at_synthesis(app, judged)
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()


@pytest.mark.parametrize("kind", ["inline", "managed"])
def test_wherever_a_policy_stands_its_actions_on_everything_are_found(tmp_path: Path, kind: str) -> None:
    app = App(outdir=str(tmp_path))
    stack = Stack(app, "store")
    statement = iam.PolicyStatement(actions=["sqs:SendMessage"], resources=["*"])
    if kind == "managed":
        iam.ManagedPolicy(stack, "P", statements=[statement])
    else:
        policies = {"It": iam.PolicyDocument(statements=[statement])}
        iam.Role(stack, "P", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"), inline_policies=policies)
    found = {finding.full_rule for finding in find(app)}
    assert "AwsSolutions-IAM5[Resource::*] for sqs:SendMessage" in found


def test_what_waits_for_a_setting_is_needed_where_a_stage_asks_for_it(tmp_path: Path) -> None:
    prod = wishing(**EVERYTHING)
    plan = replace(DELIVERY, steps=(*DELIVERY.steps[:-1], prod))
    waiting = [each for each in acknowledged(ROOT, plan) if each.only_with]
    app = App(outdir=str(tmp_path), post_cli_context=context(), analytics_reporting=False, tree_metadata=False)
    DeliveryStage(Construct(app, "pipeline"), plan, prod, read_inputs(ROOT, bundle_home({})))
    used = {
        match for found in find(app) for each in waiting for match in each.covers(TOOL, found.full_rule, found.where)
    }
    assert waiting
    assert {(rule, where) for each in waiting for rule in each.rule for where in each.where} == used


def test_an_invalid_assembly_says_where_and_what() -> None:
    finding = Finding("AwsSolutions-S10", "store/Bucket/Resource", "Use TLS.", "error")
    with pytest.raises(InvalidAssembly, match=r"^store/Bucket/Resource: AwsSolutions-S10: Use TLS\.$"):
        Validated(Judged((finding,), ()), failure="ValidationFailed").raise_if_open()


def test_a_finding_of_the_cdks_own_validator_makes_it_invalid_as_well() -> None:
    with pytest.raises(InvalidAssembly, match="ValidationFailed: see the report"):
        Validated(Judged((), ()), failure="ValidationFailed: see the report").raise_if_open()


def test_a_valid_assembly_raises_nothing() -> None:
    Validated(Judged((), ()), failure=None).raise_if_open()
