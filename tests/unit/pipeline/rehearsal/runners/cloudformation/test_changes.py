"""A change set in words: what is replaced, what holds data, and what no canary carries."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.record.events import ResourceChange
from pipeline.rehearsal.runners.cloudformation.changes import (
    FIRST_RELEASE,
    not_canaried,
    resource_changes,
    shifted_aliases,
)
from pipeline.rehearsal.runners.cloudformation.differences import Difference
from pipeline.rehearsal.spec import Resource, Template


def told(action: str = "Modify", kind: str = "AWS::DynamoDB::Table", **more: Any) -> Any:
    return {"ResourceChange": {"Action": action, "LogicalResourceId": "Thing", "ResourceType": kind, **more}}


def detail(name: str | None = None, attribute: str = "Properties") -> dict[str, Any]:
    return {"Target": {"Attribute": attribute, **({"Name": name} if name else {})}}


def template(version: int = 1, *, policy: bool = True, alias: bool = True) -> Template:
    update: dict[str, Any] = {"CodeDeployLambdaAliasUpdate": {"ApplicationName": "a"}} if policy else {}
    pointer: Any = {"FunctionName": {"Ref": "Function"}, "FunctionVersion": {"Ref": f"Version{version}"}}
    resources = [
        Resource("Function", "AWS::Lambda::Function"),
        Resource(f"Version{version}", "AWS::Lambda::Version"),
        *([Resource("Alias", "AWS::Lambda::Alias", pointer, update_policy=update)] if alias else []),
    ]
    return Template(Path("t.json"), "0" * 64, 0, {item.logical_id: item for item in resources})


def change(name: str, kind: str, because: str = "") -> ResourceChange:
    return ResourceChange(name, kind, "Modify", because=because)


def difference(action: Any = "Modify", kind: str = "AWS::DynamoDB::Table", **more: Any) -> Difference:
    return Difference("Thing", kind, action, **more)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (difference("Add"), ResourceChange("Thing", "AWS::DynamoDB::Table", "Add", True)),
        (difference("Remove"), ResourceChange("Thing", "AWS::DynamoDB::Table", "Remove", True)),
        (
            difference("Remove", kept=True),
            ResourceChange("Thing", "AWS::DynamoDB::Table", "Remove", True, "the old one is kept"),
        ),
        (
            difference(replacement="True", names=("TableName",), kept=True),
            ResourceChange("Thing", "AWS::DynamoDB::Table", "Replace", True, "TableName; the old one is kept"),
        ),
        (
            difference(kind="AWS::Lambda::Function", names=("Code", "MemorySize")),
            ResourceChange("Thing", "AWS::Lambda::Function", "Modify", False, "Code, MemorySize"),
        ),
        (
            difference(replacement="Conditional", names=("KeySchema",)),
            ResourceChange("Thing", "AWS::DynamoDB::Table", "Modify", True, "KeySchema; may be replaced", True),
        ),
        (
            difference(kind="AWS::IAM::Role", replacement="True", names=("Type",), old_type="AWS::DynamoDB::Table"),
            ResourceChange("Thing", "AWS::IAM::Role", "Replace", True, "Type; it was an AWS::DynamoDB::Table"),
        ),
        (
            difference(replacement="True", names=("Type",), old_type="AWS::IAM::Role"),
            ResourceChange("Thing", "AWS::DynamoDB::Table", "Replace", False, "Type; it was an AWS::IAM::Role"),
        ),
        (
            difference(names=("Size",), loses="forgets half"),
            ResourceChange("Thing", "AWS::DynamoDB::Table", "Modify", True, "Size; forgets half", loses="forgets half"),
        ),
    ],
)
def test_a_difference_is_told_in_words(found: Difference, expected: ResourceChange) -> None:
    assert resource_changes([found], []) == (expected,)


@pytest.mark.parametrize(
    "kind",
    [
        "AWS::ElastiCache::ServerlessCache",
        "AWS::KMS::ReplicaKey",
        "AWS::MemoryDB::Cluster",
        "AWS::RDS::GlobalCluster",
        "AWS::S3Express::DirectoryBucket",
        "AWS::S3Tables::Table",
        "AWS::S3Tables::TableBucket",
        "AWS::Timestream::Database",
        "AWS::Timestream::Table",
    ],
)
def test_what_cfn_lint_does_not_list_and_holds_data_is_counted_too(kind: str) -> None:
    (change,) = resource_changes([difference("Remove", kind)], [])
    assert change.stateful


@pytest.mark.parametrize(
    "seen",
    [
        told("Add"),
        told("Import"),
        told(Scope=["Metadata"], Details=[detail(attribute="Metadata")]),
        told(Replacement="False", Details=[detail("Role")]),
        told(Replacement="Conditional", Details=[detail("X")]),
        {"Type": "Hook"},
    ],
)
def test_what_the_templates_show_is_not_taken_from_the_world(seen: Any) -> None:
    assert resource_changes([], [seen]) == ()


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (told("Remove"), ResourceChange("Thing", "AWS::DynamoDB::Table", "Remove", True)),
        (
            told("Remove", PolicyAction="Retain"),
            ResourceChange("Thing", "AWS::DynamoDB::Table", "Remove", True, "the old one is kept"),
        ),
        (
            told(
                Replacement="True", Details=[detail("KeySchema"), detail("KeySchema")], PolicyAction="ReplaceAndRetain"
            ),
            ResourceChange("Thing", "AWS::DynamoDB::Table", "Replace", True, "KeySchema; the old one is kept"),
        ),
        (
            told(Replacement="False", Details=[detail("BillingMode"), detail(attribute="Tags")]),
            ResourceChange("Thing", "AWS::DynamoDB::Table", "Modify", True, "Tags"),
        ),
        (
            told(Replacement="False", Details=[{**detail("Secret"), "ChangeSource": "ParameterReference"}]),
            ResourceChange("Thing", "AWS::DynamoDB::Table", "Modify", True, "Secret"),
        ),
    ],
)
def test_what_is_lost_and_what_no_template_shows_is_taken_from_the_world(seen: Any, expected: ResourceChange) -> None:
    assert resource_changes([], [seen]) == (expected,)


@pytest.mark.parametrize(
    ("found", "seen", "expected"),
    [
        (difference(names=("A",)), told(Replacement="True", Details=[detail("B")]), ("Replace", "A, B")),
        (difference(names=("A",)), told("Remove"), ("Remove", "A")),
        (difference(replacement="True", names=("A",)), told("Remove"), ("Remove", "A")),
        (difference("Remove"), told(Replacement="True", Details=[detail("B")]), ("Remove", "B")),
        (
            difference(replacement="True", names=("A",)),
            told(Replacement="True", Details=[detail("A")]),
            ("Replace", "A"),
        ),
        (difference(names=("A",)), told(Details=[detail(attribute="Tags")]), ("Modify", "A, Tags")),
    ],
)
def test_the_greater_loss_counts_whoever_tells_it(found: Difference, seen: Any, expected: tuple[str, str]) -> None:
    (change,) = resource_changes([found], [seen])
    assert (change.action, change.because) == expected


def test_changes_are_told_by_logical_id() -> None:
    found = [Difference("B", "AWS::SNS::Topic", "Add"), Difference("D", "AWS::SNS::Topic", "Add")]
    changes = resource_changes(found, [told("Remove")])
    assert [change.logical_id for change in changes] == ["B", "D", "Thing"]


def test_an_alias_is_shifted_when_it_points_to_another_version() -> None:
    assert shifted_aliases(template(1), template(2)) == ("Alias",)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (None, template(1)),
        (template(1), template(1)),
        (template(1, alias=False), template(2)),
        (template(1, policy=False), template(2, policy=False)),
    ],
)
def test_nothing_is_shifted_without_an_old_version_a_new_one_and_the_update_policy(
    old: Template | None, new: Template
) -> None:
    assert shifted_aliases(old, new) == ()


def test_what_a_new_version_carries_is_canaried_and_everything_else_is_named() -> None:
    changes = (
        change("Function", "AWS::Lambda::Function", "Code"),
        change("Version2", "AWS::Lambda::Version"),
        change("Alias", "AWS::Lambda::Alias", "FunctionVersion"),
        change("Alarm", "AWS::CloudWatch::Alarm", "Threshold"),
        change("Role", "AWS::IAM::Role", "Policies"),
        change("Table", "AWS::DynamoDB::Table", "Tags"),
        change("Method", "AWS::ApiGateway::Method"),
    )
    assert not_canaried(template(1), template(2), changes) == (
        "Role (AWS::IAM::Role): changed, Policies",
        "Table (AWS::DynamoDB::Table): tags only",
        "Method (AWS::ApiGateway::Method): changed",
    )


def test_what_only_names_the_version_of_this_release_reaches_nobody() -> None:
    def hooked(version: int, **more: Any) -> Template:
        named: Any = {"Fn::GetAtt": [f"Version{version}", "Version"]}
        made = template(version)
        hook = Resource("Hook", "AWS::Lambda::Function", {"Environment": named, **more})
        policy = Resource("Policy", "AWS::IAM::Policy", {"Resource": named})
        return replace(made, resources={**made.resources, "Hook": hook, "Policy": policy})

    changes = (change("Hook", "AWS::Lambda::Function", "Environment"), change("Policy", "AWS::IAM::Policy", "Resource"))
    assert not_canaried(hooked(1), hooked(2), changes) == ()
    assert not_canaried(hooked(1), hooked(2, Timeout=3), changes) == (
        "Hook (AWS::Lambda::Function): changed, Environment",
    )


def test_a_policy_that_is_written_as_before_follows_what_it_names_and_that_reaches_users() -> None:
    policy = Resource("Policy", "AWS::IAM::Policy", {"Resource": {"Fn::GetAtt": ["Table", "Arn"]}})
    both = replace(template(1), resources={**template(1).resources, "Policy": policy})
    changes = (change("Policy", "AWS::IAM::Policy", "Resource"),)
    assert not_canaried(both, both, changes) == ("Policy (AWS::IAM::Policy): changed, Resource",)


def test_a_function_that_changes_without_a_new_version_is_not_canaried() -> None:
    changes = (change("Function", "AWS::Lambda::Function", "ReservedConcurrentExecutions"),)
    assert not_canaried(template(1), template(1), changes) == (
        "Function (AWS::Lambda::Function): changed, ReservedConcurrentExecutions",
    )


def test_without_the_update_policy_nothing_is_canaried() -> None:
    changes = (change("Function", "AWS::Lambda::Function", "Code"), change("Alias", "AWS::Lambda::Alias"))
    assert len(not_canaried(template(1, policy=False), template(2, policy=False), changes)) == 2


def test_on_a_first_release_there_is_nothing_to_shift_from() -> None:
    assert not_canaried(None, template(1), ()) == (FIRST_RELEASE,)
