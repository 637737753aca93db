"""Change sets that CloudFormation actions prepare, against a world that follows a script."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from pipeline.record.events import ChangeSetPrepared
from pipeline.rehearsal.errors import Broke, Refused, Unreadable
from pipeline.rehearsal.runners.base import ActionResult
from tests.unit.pipeline.rehearsal.runners.cloudformation.workbench import (
    KEY,
    NEW,
    PROD,
    STACK,
    Bench,
    service,
)


def test_a_change_set_is_made_where_the_actions_role_is_and_with_what_it_says(bench: Bench) -> None:
    bench.template(service(), beside={"Parameters": {"A": "1", "B": "2"}, "Tags": {"team": "orders"}})
    bench.prepare(
        TemplateConfiguration="Synth::beside.json",
        ParameterOverrides='{"B": "3"}',
        Capabilities="CAPABILITY_NAMED_IAM,CAPABILITY_AUTO_EXPAND",
    )
    assert bench.sent == {
        "StackName": STACK,
        "ChangeSetName": "Change",
        "ChangeSetType": "CREATE",
        "Capabilities": ["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
        "Parameters": [{"ParameterKey": "A", "ParameterValue": "1"}, {"ParameterKey": "B", "ParameterValue": "3"}],
        "Tags": [{"Key": "team", "Value": "orders"}],
        "TemplateBody": json.dumps(service()),
        "RoleARN": f"arn:aws:iam::{PROD}:role/x",
    }


def test_a_template_over_51200_bytes_goes_through_s3(bench: Bench) -> None:
    for version in (1, 2):
        bench.template(service(version, Description="x" * 52_000))
        bench.prepare()
        assert "TemplateBody" not in bench.sent
        assert json.loads(bench.world.uploads[bench.sent["TemplateURL"]]) == service(version, Description="x" * 52_000)


def test_a_template_over_a_megabyte_is_refused(bench: Bench) -> None:
    bench.template(service(Description="x" * 1_000_000))
    with pytest.raises(Refused, match=r"the template has 1,000,\d+ bytes, CloudFormation takes 1,000,000"):
        bench.prepare()


def test_preparing_again_replaces_the_change_set(bench: Bench) -> None:
    bench.deployed(service(1))
    for version in (2, 3):
        bench.template(service(version))
        bench.prepare()
    assert list(bench.world.stacks[KEY].change_sets) == ["Change"]
    assert bench.sent["ChangeSetType"] == "UPDATE"
    assert "Version3" in bench.sent["TemplateBody"]


def test_a_change_set_is_told_with_what_it_does(bench: Bench) -> None:
    bench.deployed(service(1))
    changed = service(1)
    changed["Resources"]["Topic"] = {"Type": "AWS::SNS::Topic", "Properties": {}}
    bench.template(changed)
    assert bench.prepare().summary == "1 added; 0 stateful replaced or removed"
    (prepared,) = bench.told(ChangeSetPrepared)
    assert (prepared.stage, prepared.stack) == ("deploy", STACK)
    assert [(change.action, change.logical_id) for change in prepared.changes] == [("Add", "Topic")]
    assert prepared.not_canaried == ("Topic (AWS::SNS::Topic): added",)


def test_a_table_that_would_be_lost_is_counted_and_shouted_in_the_log(bench: Bench, tmp_path: Path) -> None:
    old = service(1)
    old["Resources"]["Table"] = {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": "a"}}
    bench.deployed(old)
    new = deepcopy(old)
    new["Resources"]["Table"]["Properties"]["TableName"] = "b"
    bench.template(new)
    assert bench.prepare().summary == "1 replaced; 1 stateful replaced or removed"
    assert "Replace  Table (AWS::DynamoDB::Table) TableName HOLDS DATA" in (tmp_path / "deploy.Deploy.log").read_text()


def test_a_table_that_may_be_lost_is_counted_too(bench: Bench, tmp_path: Path) -> None:
    old = service(1)
    old["Resources"]["Table"] = {"Type": "AWS::DynamoDB::GlobalTable", "Properties": {}}
    bench.deployed(old)
    new = deepcopy(old)
    new["Resources"]["Table"]["Properties"]["LocalSecondaryIndexes"] = ["a"]
    bench.template(new)
    assert bench.prepare().summary == "1 modified; 0 stateful replaced or removed, 1 may be replaced"
    log = (tmp_path / "deploy.Deploy.log").read_text()
    assert "Modify   Table (AWS::DynamoDB::GlobalTable) LocalSecondaryIndexes; may be replaced HOLDS DATA" in log


def test_a_secret_that_is_generated_anew_is_counted_and_shouted_too(bench: Bench, tmp_path: Path) -> None:
    old = service(1)
    generated = {"GenerateSecretString": {"PasswordLength": 32}}
    old["Resources"]["Secret"] = {"Type": "AWS::SecretsManager::Secret", "Properties": generated}
    bench.deployed(old)
    new = deepcopy(old)
    new["Resources"]["Secret"]["Properties"]["GenerateSecretString"]["PasswordLength"] = 64
    bench.template(new)
    assert bench.prepare().summary == "1 modified; 0 stateful replaced or removed, 1 changed with a loss"
    (prepared,) = bench.told(ChangeSetPrepared)
    assert prepared.changes[0].loses == "makes a new secret: the old value is no longer current"
    assert (
        f"GenerateSecretString; {prepared.changes[0].loses} HOLDS DATA" in (tmp_path / "deploy.Deploy.log").read_text()
    )


def test_what_follows_another_version_is_told_and_not_what_names_a_role_that_stays(bench: Bench) -> None:
    def watched(version: int) -> dict[str, Any]:
        made = service(version)
        number = {"Fn::GetAtt": [f"Version{version}", "Version"]}
        made["Resources"]["Role"] = {"Type": "AWS::IAM::Role", "Properties": {"Description": str(version)}}
        made["Resources"]["Alarm"] = {"Type": "AWS::CloudWatch::Alarm", "Properties": {"Dimensions": [number]}}
        made["Resources"]["Function"]["Properties"]["Role"] = {"Fn::GetAtt": ["Role", "Arn"]}
        return made

    bench.deployed(watched(1))
    bench.template(watched(2))
    assert (
        bench.prepare().summary
        == "1 added, 4 modified, 1 removed (1 old Lambda version); 0 stateful replaced or removed"
    )
    (prepared,) = bench.told(ChangeSetPrepared)
    assert [(change.logical_id, change.because) for change in prepared.changes] == [
        ("Alarm", "Dimensions"),
        ("Alias", "FunctionVersion"),
        ("Function", "MemorySize"),
        ("Role", "Description"),
        ("Version1", ""),
        ("Version2", ""),
    ]


def test_another_value_of_a_parameter_is_a_change(bench: Bench) -> None:
    topic = {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Ref": "Name"}}}}
    bench.template({"Resources": topic, "Parameters": {"Name": {"Type": "String"}}})
    bench.prepare(ParameterOverrides='{"Name": "a"}')
    bench.execute()
    assert bench.prepare(ParameterOverrides='{"Name": "a"}').summary == "no changes"
    assert bench.prepare(ParameterOverrides='{"Name": "b"}').summary == "1 modified; 0 stateful replaced or removed"


def test_a_world_that_sees_no_change_where_there_is_one_proves_nothing(bench: Bench) -> None:
    bench.deployed(service(1))
    bench.template(service(2))
    bench.world.blind = True
    differing = "Alias, Function, Version1, Version2"
    with pytest.raises(Broke, match=f"the world finds nothing to change, and the templates differ in {differing}"):
        bench.prepare()


def test_no_changes_is_a_pass_that_says_so(bench: Bench) -> None:
    bench.deployed(service(1))
    bench.template(service(1))
    assert bench.prepare() == ActionResult(summary="no changes")
    assert bench.execute().summary == "no changes; nothing to shift"
    assert bench.live[KEY] == NEW


@pytest.mark.parametrize(
    ("status", "why"),
    [
        ("ROLLBACK_COMPLETE", "prod-orders is ROLLBACK_COMPLETE: its first deployment failed; delete the stack"),
        ("UPDATE_ROLLBACK_FAILED", "its last rollback stopped half way; continue it"),
        ("UPDATE_IN_PROGRESS", "another operation is under way; wait for its end"),
    ],
)
def test_a_stack_that_takes_no_update_is_refused_with_what_to_do(bench: Bench, status: str, why: str) -> None:
    bench.deployed(service(1))
    bench.world.stacks[KEY].status = status
    bench.template(service(2))
    with pytest.raises(Refused, match=why.replace("(", r"\(")):
        bench.prepare()


def test_what_cloudformation_will_not_take_is_refused_in_its_words(bench: Bench) -> None:
    bench.template(service(Description="bad"))
    with pytest.raises(Refused, match="the change set was refused: Template format error: it is bad"):
        bench.prepare()


@pytest.mark.parametrize("path", ["Synth::nowhere.json", "Synth::../secret.json", "Synth::"])
def test_a_template_that_the_artifact_does_not_hold_is_refused(bench: Bench, path: str) -> None:
    (bench.folder / "secret.json").write_text("{}")
    bench.template(service())
    with pytest.raises(Refused, match="the artifact holds no such file"):
        bench.prepare(TemplatePath=path)


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"ParameterOverrides": "{"}, "Deploy: ParameterOverrides: not JSON"),
        ({"ParameterOverrides": '{"A": {"Fn::GetParam": []}}'}, "Deploy: ParameterOverrides: A"),
        ({"TemplateConfiguration": "Synth::beside.json"}, "StackPolicy: this key is not known"),
    ],
)
def test_what_the_rehearsal_does_not_do_is_unreadable(bench: Bench, told: dict[str, str], says: str) -> None:
    bench.template(service(), beside={"StackPolicy": {}})
    with pytest.raises(Unreadable) as unreadable:
        bench.prepare(**told)
    assert says in str(unreadable.value)
