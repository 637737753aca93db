"""The pipeline as synthesized: its order, its builds, and that it is the plan's."""

import json
import re
from collections.abc import Iterator

from pipeline.plan.delivery import DELIVERY
from pipeline.plan.model import Approval
from tests.synth.reading import Assembly, Json

GATE = re.compile(r"^scripts/slipway gate (\S+)(?: --stage (\S+))?$")

HISTORY = ["codepipeline:GetPipelineState", "codepipeline:ListActionExecutions"]
"""What says which release is live, and that one is that the history no longer holds."""


def in_order(assembly: Assembly, stage: str) -> list[tuple[int, str]]:
    return [(action["RunOrder"], action["Name"]) for action in assembly.actions(stage)]


def artifacts(action: Json, side: str) -> list[str]:
    return [each["Name"] for each in action.get(f"{side}Artifacts", [])]


def gates_asked(assembly: Assembly) -> Iterator[tuple[str, str]]:
    """Every gate that a build spec asks, with the pipeline stage that runs it."""
    for stage, action in assembly.builds():
        for command in assembly.build_spec(action)["phases"]["build"]["commands"]:
            if asked := GATE.match(command):
                yield stage, asked.group(1)


def test_the_journey_goes_from_the_source_to_prod(assembly: Assembly) -> None:
    assert [stage["Name"] for stage in assembly.pipeline_stages] == [
        "Source",
        "Build",
        "UpdatePipeline",
        "Assets",
        "beta",
        "gamma",
        "approval",
        "prod",
    ]


def test_stages_and_gates_are_those_of_the_plan(assembly: Assembly) -> None:
    planned = [(stage, gate.name) for stage, gate in DELIVERY.gates()]
    assert sorted(gates_asked(assembly)) == sorted(planned)
    assert [stage["Name"] for stage in assembly.pipeline_stages[4:]] == [step.name for step in DELIVERY.steps]


def test_nothing_changes_or_is_published_before_the_gates_of_build_have_passed(assembly: Assembly) -> None:
    assert in_order(assembly, "Build") == [
        (1, "assemble"),
        (1, "contract"),
        (1, "lint"),
        (1, "unit"),
        (1, "workflow"),
        (2, "guard"),
        (2, "scan"),
        (3, "Synth"),
    ]


def test_a_stage_is_deployed_and_then_its_gates_are_asked_at_once(assembly: Assembly) -> None:
    assert in_order(assembly, "beta") == [
        (1, "orders.Prepare"),
        (2, "orders.Deploy"),
        (3, "fuzz"),
        (3, "integration"),
    ]
    assert in_order(assembly, "prod") == [(1, "orders.Prepare"), (2, "orders.Deploy"), (3, "smoke")]


def test_what_is_asked_alone_waits_for_the_stages_other_gates(assembly: Assembly) -> None:
    assert in_order(assembly, "gamma")[2:] == [(3, "integration"), (4, "load")]


def test_what_was_assembled_is_scanned_and_is_what_is_deployed(assembly: Assembly) -> None:
    (assembled,) = artifacts(assembly.action("Build", "assemble"), "Output")
    source = artifacts(assembly.action("Source", "source"), "Output")
    hand_over = assembly.action("Build", "Synth")
    for gate in ("scan", "guard"):
        assert artifacts(assembly.action("Build", gate), "Input") == [*source, assembled]
    assert artifacts(hand_over, "Input") == [assembled]
    for stage in ("beta", "gamma", "prod"):
        assert artifacts(assembly.action(stage, "orders.Prepare"), "Input") == artifacts(hand_over, "Output")


def test_the_hand_over_changes_nothing(assembly: Assembly) -> None:
    assert assembly.build_spec(assembly.action("Build", "Synth")) == {
        "version": "0.2",
        "phases": {"build": {"commands": ["test -f manifest.json"]}},
        "artifacts": {"base-directory": ".", "files": "**/*"},
    }


def test_the_source_is_the_plans_branch_by_its_connection(assembly: Assembly) -> None:
    source = assembly.action("Source", "source")
    assert source["Configuration"] == {
        "ConnectionArn": DELIVERY.source.connection_arn,
        "FullRepositoryId": DELIVERY.source.repository,
        "BranchName": DELIVERY.source.branch,
    }


def test_the_source_may_use_a_connection_of_either_prefix(assembly: Assembly) -> None:
    (statement,) = [
        each
        for policy in assembly.pipeline.all("AWS::IAM::Policy")
        for each in policy["PolicyDocument"]["Statement"]
        if DELIVERY.source.connection_arn == each["Resource"]
    ]
    assert statement["Action"] == ["codeconnections:UseConnection", "codestar-connections:UseConnection"]


def test_the_pipeline_is_of_type_v2_and_lets_no_commit_overtake_another(assembly: Assembly) -> None:
    pipeline = assembly.pipeline.one("AWS::CodePipeline::Pipeline")
    assert (pipeline["PipelineType"], pipeline["ExecutionMode"]) == ("V2", "QUEUED")


def test_artifacts_cross_accounts_under_a_key_that_rotates(assembly: Assembly) -> None:
    store = assembly.pipeline.one("AWS::CodePipeline::Pipeline")["ArtifactStore"]
    key = assembly.pipeline.resources[store["EncryptionKey"]["Id"]["Fn::GetAtt"][0]]
    assert key["EnableKeyRotation"] is True
    deployers = {
        assembly.pipeline.said(assembly.action(stage.name, "orders.Prepare")["RoleArn"]) for stage in DELIVERY.stages
    }
    assert deployers == {
        f"arn:${{AWS::Partition}}:iam::{each.account}:role/cdk-hnb659fds-deploy-role-{each.account}-{each.region}"
        for each in (stage.environment for stage in DELIVERY.stages)
    }


def test_every_tool_that_a_build_installs_is_pinned(assembly: Assembly) -> None:
    installed = {
        command
        for _, action in assembly.builds()
        for command in assembly.build_spec(action)["phases"].get("install", {}).get("commands", [])
        if "npm" in command
    }
    assert installed == {"npm install -g aws-cdk@2.1148.1", "npm install -g cdk-assets@4.7.3"}


def test_no_build_is_privileged(assembly: Assembly) -> None:
    projects = assembly.pipeline.all("AWS::CodeBuild::Project")
    assert [project.name for project in projects if project["Environment"]["PrivilegedMode"] is not False] == []
    assert len(projects) == len(list(assembly.builds()))


def test_a_gate_of_the_source_is_one_line(assembly: Assembly) -> None:
    action = assembly.action("Build", "unit")
    assert assembly.build_spec(action) == {
        "version": "0.2",
        "phases": {
            "install": {"runtime-versions": {"python": "3.13"}, "commands": ["scripts/setup"]},
            "build": {"commands": ["scripts/slipway gate unit"]},
        },
        "reports": {"unit": {"base-directory": ".slipway/gate", "files": ["junit.xml"], "file-format": "JUNITXML"}},
    }
    project = assembly.project(action)
    assert project["TimeoutInMinutes"] == 10
    assert project["Environment"]["EnvironmentVariables"] == [
        {"Name": "SLIPWAY_OUT", "Type": "PLAINTEXT", "Value": ".slipway/gate"}
    ]


def test_what_a_gate_keeps_is_an_artifact_of_the_pipeline_and_no_other_gate_makes_one(assembly: Assembly) -> None:
    made = {
        (stage, action["Name"]): assembly.build_spec(action)["artifacts"]["base-directory"]
        for stage, action in assembly.builds()
        if action.get("OutputArtifacts")
    }
    assert made == {("Build", "assemble"): "cdk.out", ("Build", "scan"): ".slipway/gate", ("Build", "Synth"): "."}


def test_a_gate_that_compares_may_read_what_the_pipeline_has_deployed_and_no_other_may(assembly: Assembly) -> None:
    readers, artifacts_of = set(), {}
    for stage, action in assembly.builds():
        role = assembly.project(action)["ServiceRole"]["Fn::GetAtt"][0]
        allowed = [
            statement
            for policy in assembly.pipeline.all("AWS::IAM::Policy")
            if {"Ref": role} in policy["Roles"]
            for statement in policy["PolicyDocument"]["Statement"]
        ]
        if any(each["Action"] == HISTORY for each in allowed):
            readers.add((stage, action["Name"]))
            artifacts_of = next(each["Resource"] for each in allowed if "s3:GetObject*" in each["Action"])
    of_build = (*DELIVERY.source_gates, *DELIVERY.output_gates)
    assert readers == {("Build", gate.name) for gate in of_build if gate.compares}
    assert any("/*" in json.dumps(resource) for resource in artifacts_of)


def test_a_gate_of_a_stage_is_told_which_and_where(assembly: Assembly) -> None:
    action = assembly.action("gamma", "integration")
    assert assembly.build_spec(action)["phases"]["build"]["commands"] == [
        "scripts/slipway gate integration --stage gamma"
    ]
    namespace = assembly.action("gamma", "orders.Deploy")["Namespace"]
    told = {each["name"]: each["value"] for each in json.loads(action["Configuration"]["EnvironmentVariables"])}
    assert told == {
        "SLIPWAY_API_URL": f"#{{{namespace}.ApiUrl}}",
        "SLIPWAY_USER_POOL_ID": f"#{{{namespace}.UserPoolId}}",
        "SLIPWAY_USER_POOL_CLIENT_ID": f"#{{{namespace}.UserPoolClientId}}",
        "SLIPWAY_TABLE_NAME": f"#{{{namespace}.TableName}}",
        "SLIPWAY_TOKEN_URL": f"#{{{namespace}.TokenUrl}}",
        "SLIPWAY_USAGE_PLANS": f"#{{{namespace}.UsagePlans}}",
        "SLIPWAY_PROVIDER_KEY_ARN": f"#{{{namespace}.ProviderKeyArn}}",
        "SLIPWAY_TESTER_ROLE_ARN": f"#{{{namespace}.TesterRoleArn}}",
    }
    assert {"Name": "SLIPWAY_STAGE", "Type": "PLAINTEXT", "Value": "gamma"} in assembly.project(action)["Environment"][
        "EnvironmentVariables"
    ]


def test_no_gate_of_prod_can_make_test_users(assembly: Assembly) -> None:
    action = assembly.action("prod", "smoke")
    told = {each["name"] for each in json.loads(action["Configuration"]["EnvironmentVariables"])}
    assert told == {
        "SLIPWAY_API_URL",
        "SLIPWAY_USER_POOL_ID",
        "SLIPWAY_USER_POOL_CLIENT_ID",
        "SLIPWAY_TABLE_NAME",
        "SLIPWAY_TOKEN_URL",
        "SLIPWAY_USAGE_PLANS",
    }
    assert ":role/orders-beta-tester" in assembly.pipeline.text
    assert ":role/orders-prod-tester" not in assembly.pipeline.text


def test_the_approval_says_what_it_is_for_and_expires(assembly: Assembly) -> None:
    namespace, source = assembly.action("Source", "source")["Namespace"], DELIVERY.source
    (approval,) = assembly.actions("approval")
    assert approval["Configuration"] == {
        "CustomData": f"Commit #{{{namespace}.CommitId}} of {source.repository} ({source.branch}) to prod:"
        f" #{{{namespace}.CommitMessage}}",
        "ExternalEntityLink": f"https://github.com/{source.repository}/commit/#{{{namespace}.CommitId}}",
    }
    (planned,) = [step for step in DELIVERY.steps if isinstance(step, Approval)]
    assert approval["TimeoutInMinutes"] == planned.timeout_minutes


def test_every_asset_is_published_to_every_stages_account(assembly: Assembly) -> None:
    published = "\n".join(
        command
        for action in assembly.actions("Assets")
        for command in assembly.build_spec(action)["phases"]["build"]["commands"]
    )
    for stage in DELIVERY.stages:
        there = f"{stage.environment.account}-{stage.environment.region}"
        zips = {each["Code"]["S3Key"] for each in assembly.stages[stage.name].all("AWS::Lambda::Function")}
        assert len(zips) == 2
        for digest in (key.removesuffix(".zip") for key in zips):
            assert f'publish "{digest}:{there}' in published


def test_the_pipeline_changes_itself_before_it_deploys(assembly: Assembly) -> None:
    (action,) = assembly.actions("UpdatePipeline")
    assert assembly.build_spec(action)["phases"]["build"]["commands"] == [
        "cdk -a . deploy pipeline --require-approval=never --verbose"
    ]
