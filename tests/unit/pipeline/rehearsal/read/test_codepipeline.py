"""The pipeline of an assembly is read whole, and everything that can't be rehearsed is said at once."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from pipeline.rehearsal.errors import Unreadable
from pipeline.rehearsal.read.assembly import read_assembly
from pipeline.rehearsal.read.codepipeline import read_pipeline
from pipeline.rehearsal.spec import Condition, EnvironmentVariable, Pipeline, Unexercised, symbol
from tests.unit.pipeline.rehearsal.making import write_assembly

BUILD_TYPE = {"Category": "Build", "Owner": "AWS", "Provider": "CodeBuild", "Version": "1"}
SOURCE = {
    "Name": "source",
    "ActionTypeId": {"Category": "Source", "Owner": "AWS", "Provider": "CodeStarSourceConnection", "Version": "1"},
    "Configuration": {"ConnectionArn": "arn", "FullRepositoryId": "example/orders", "BranchName": "main"},
    "OutputArtifacts": [{"Name": "Source"}],
}
BUILD: dict[str, Any] = {
    "Name": "unit",
    "ActionTypeId": BUILD_TYPE,
    "Configuration": {"ProjectName": {"Ref": "Project"}},
    "InputArtifacts": [{"Name": "Source"}],
}
PROJECT: dict[str, Any] = {
    "Artifacts": {"Type": "CODEPIPELINE"},
    "Source": {"Type": "CODEPIPELINE", "BuildSpec": json.dumps({"version": "0.2", "phases": {"build": {}}})},
    "Environment": {
        "ComputeType": "BUILD_GENERAL1_SMALL",
        "Image": "aws/codebuild/standard:7.0",
        "Type": "LINUX_CONTAINER",
        "EnvironmentVariables": [
            {"Name": "LEVEL", "Type": "PLAINTEXT", "Value": "3"},
            {"Name": "HOST", "Type": "PARAMETER_STORE", "Value": {"Fn::Sub": "/${AWS::Region}/host"}},
        ],
    },
    "ServiceRole": {"Fn::GetAtt": ["Role", "Arn"]},
    "EncryptionKey": {"Fn::GetAtt": ["Key", "Arn"]},
    "TimeoutInMinutes": 10,
}


def template(actions: list[Any] | None = None, project: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    stages = [{"Name": "Source", "Actions": [SOURCE]}, {"Name": "Build", "Actions": actions or [BUILD]}]
    properties = {"RoleArn": {"Fn::GetAtt": ["Role", "Arn"]}, "Stages": stages, **more}
    return {
        "Resources": {
            "Role": {"Type": "AWS::IAM::Role"},
            "Key": {"Type": "AWS::KMS::Key"},
            "Pipeline": {"Type": "AWS::CodePipeline::Pipeline", "Properties": properties},
            "Project": {"Type": "AWS::CodeBuild::Project", "Properties": project or PROJECT},
        }
    }


def action(**changes: Any) -> dict[str, Any]:
    return {**deepcopy(BUILD), **changes}


def read(folder: Path, document: dict[str, Any]) -> Pipeline:
    return read_pipeline(read_assembly(write_assembly(folder, {"orders": document})))


def said(folder: Path, document: dict[str, Any]) -> list[str]:
    with pytest.raises(Unreadable) as refused:
        read(folder, document)
    start = "Resources.Pipeline.Properties."
    return [f"{problem.path.removeprefix(start)}: {problem.what}" for problem in refused.value.problems]


def test_the_pipeline_knows_where_it_comes_from(tmp_path: Path) -> None:
    made = read(tmp_path, template(Name="orders", PipelineType="V2", ExecutionMode="QUEUED"))
    assert (made.name, made.logical_id, made.type, made.execution_mode) == ("orders", "Pipeline", "V2", "QUEUED")
    assert (made.account, made.region, made.template.name) == ("111111111111", "eu-west-1", "orders.template.json")
    assert made.restart_on_update is False


def test_what_a_template_leaves_out_is_as_aws_has_it(tmp_path: Path) -> None:
    made = read(tmp_path, template())
    assert (made.name, made.type, made.execution_mode) == ("Pipeline", "V1", "SUPERSEDED")
    assert [stage_action.run_order for _, stage_action in made.actions()] == [1, 1]


def test_a_build_action_has_its_project(tmp_path: Path) -> None:
    (_, (_, found)) = read(tmp_path, template()).actions()
    project = found.project
    assert project is not None
    assert project.variables == (
        EnvironmentVariable("LEVEL", "3"),
        EnvironmentVariable("HOST", "/eu-west-1/host", "PARAMETER_STORE"),
    )
    assert (project.timeout_minutes, project.role, project.encryption_key, project.privileged) == (
        10,
        symbol("Role.Arn"),
        symbol("Key.Arn"),
        False,
    )
    assert project.buildspec is not None


def test_a_buildspec_may_be_a_file_of_the_primary_input(tmp_path: Path) -> None:
    project = {**PROJECT, "Source": {"Type": "CODEPIPELINE", "BuildSpec": "buildspec-assets.yaml"}}
    (_, (_, found)) = read(tmp_path, template(project=project)).actions()
    assert found.project is not None
    assert (found.project.buildspec, found.project.buildspec_file) == (None, "buildspec-assets.yaml")


@pytest.mark.parametrize(
    ("of_project", "of_action", "gate"),
    [
        ({}, {}, None),
        ({"SLIPWAY_GATE": "fuzz"}, {}, None),
        ({"SLIPWAY_OUT": "out"}, {}, "unit"),
        ({"SLIPWAY_OUT": "out", "SLIPWAY_GATE": "fuzz"}, {}, "fuzz"),
        ({}, {"SLIPWAY_OUT": "out", "SLIPWAY_GATE": "fuzz"}, "fuzz"),
    ],
)
def test_a_build_that_is_told_where_to_write_a_verdict_asks_a_gate(
    tmp_path: Path, of_project: dict[str, str], of_action: dict[str, str], gate: str | None
) -> None:
    project = deepcopy(PROJECT)
    project["Environment"]["EnvironmentVariables"] = [{"Name": key, "Value": text} for key, text in of_project.items()]
    overrides = json.dumps([{"name": key, "value": text, "type": "PLAINTEXT"} for key, text in of_action.items()])
    told = {"ProjectName": {"Ref": "Project"}, "EnvironmentVariables": overrides}
    (_, (_, found)) = read(tmp_path, template([action(Configuration=told)], project)).actions()
    assert found.gate == gate


def test_unknown_actions_settings_and_counts_are_all_named(tmp_path: Path) -> None:
    odd = {"Category": "Deploy", "Owner": "AWS", "Provider": "ECS", "Version": "1"}
    told = {"ProjectName": {"Ref": "Project"}, "Speed": "fast", "BatchEnabled": True}
    found = said(
        tmp_path,
        template(
            [action(Name="ship", ActionTypeId=odd, Configuration={}), action(Configuration=told, InputArtifacts=[])]
        ),
    )
    assert [line.partition(";")[0] for line in found] == [
        "Stages[1].Actions[0].ActionTypeId: the action type Deploy/AWS/ECS/1 is not known",
        "Stages[1].Actions[1].Configuration.Speed: Build/AWS/CodeBuild/1 has no such setting here",
        "Stages[1].Actions[1].Configuration.BatchEnabled: 'true' is not rehearsed",
        "Stages[1].Actions[1].InputArtifacts: 0 artifacts, Build/AWS/CodeBuild/1 takes 1 to 5",
    ]


def test_an_unknown_key_is_named_where_it_stands(tmp_path: Path) -> None:
    assert said(tmp_path, template([action(Commands=["ls"])], Speed=1)) == [
        "Stages[1].Actions[0].Commands: this key is not known",
        "Speed: this key is not known",
    ]


def test_what_a_project_may_not_have_is_refused(tmp_path: Path) -> None:
    project = {**PROJECT, "Triggers": {"Webhook": True}, "SecondarySources": [{}]}
    assert said(tmp_path, template(project=project)) == [
        "Resources.Project.Properties.SecondarySources: sources that don't come from the pipeline are not fetched",
        "Resources.Project.Properties.Triggers: a project that the pipeline starts needs no webhook, "
        "and one would start it for anybody",
    ]


def test_a_project_that_the_pipeline_does_not_feed_is_refused(tmp_path: Path) -> None:
    project = {**PROJECT, "Source": {"Type": "GITHUB"}}
    assert said(tmp_path, template(project=project)) == [
        "Resources.Project.Properties.Source.Type: GITHUB is not CODEPIPELINE, so the build is not fed by the pipeline"
    ]


def test_a_project_of_another_stack_is_named(tmp_path: Path) -> None:
    told = {"ProjectName": "elsewhere"}
    assert said(tmp_path, template([action(Configuration=told)])) == [
        ": the action unit starts the project 'elsewhere', which this template doesn't hold"
    ]


def test_a_broken_buildspec_is_found_before_anything_runs(tmp_path: Path) -> None:
    broken = {"Type": "CODEPIPELINE", "BuildSpec": json.dumps({"version": "0.2", "phases": {"build": {"run": "x"}}})}
    assert said(tmp_path, template(project={**PROJECT, "Source": broken})) == [
        "phases.build.run: this key is not known"
    ]


def test_a_reference_to_nothing_is_named(tmp_path: Path) -> None:
    document = template([action(Configuration={"ProjectName": {"Ref": "Projekt"}})])
    assert said(tmp_path, document) == [
        "Stages[1].Actions[0].Configuration.ProjectName.Ref: Projekt is no resource, parameter or pseudo parameter"
    ]


def test_a_pipeline_variable_has_its_default(tmp_path: Path) -> None:
    made = read(tmp_path, template(Variables=[{"Name": "colour", "DefaultValue": "green"}]))
    assert made.variables == {"colour": "green"}
    assert said(tmp_path, template(Variables=[{"Name": "colour"}])) == [
        "Variables: the pipeline's variable colour has no default, and nobody starts the rehearsal with one"
    ]


def test_conditions_and_triggers_are_read_and_listed_as_not_exercised(tmp_path: Path) -> None:
    document = template(Triggers=[{"ProviderType": "CodeStarSourceConnection"}])
    rule = {
        "Name": "alarm",
        "RuleTypeId": {"Category": "Rule", "Owner": "AWS", "Provider": "CloudWatchAlarm", "Version": "1"},
    }
    stage = document["Resources"]["Pipeline"]["Properties"]["Stages"][1]
    stage["OnFailure"] = {"Result": "ROLLBACK", "Conditions": [{"Rules": [rule]}]}
    made = read(tmp_path, document)
    assert made.stages[1].conditions == (Condition("onFailure", "ROLLBACK", ("AWS/CloudWatchAlarm/1",)),)
    assert made.unexercised == (
        Unexercised("triggers of the pipeline", "the rehearsal is started by hand, with the commit it is told"),
        Unexercised("onFailure conditions of Build", "stage conditions are read and not asked"),
    )


def test_an_assembly_without_a_pipeline_says_so(tmp_path: Path) -> None:
    document = {"Resources": {"Role": {"Type": "AWS::IAM::Role"}}}
    assert said(tmp_path, document) == [": 0 pipelines; the assembly holds: none"]


def test_of_several_pipelines_one_must_be_named(tmp_path: Path) -> None:
    write_assembly(tmp_path, {"orders": template(), "stock": template(Name="refill")})
    assembly = read_assembly(tmp_path)
    with pytest.raises(Unreadable, match="2 pipelines; the assembly holds: orders/Pipeline, stock/Pipeline"):
        read_pipeline(assembly)
    assert read_pipeline(assembly, "stock").name == "refill"
    assert read_pipeline(assembly, "refill").name == "refill"
