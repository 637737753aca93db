"""CloudFormation actions against a world that follows a script."""

import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from pipeline.record.events import ChangeSetPrepared, Commit, Event, LiveNow, StackDeployed
from pipeline.record.verdict import Outcome
from pipeline.rehearsal.cancel import Cancel
from pipeline.rehearsal.errors import Broke, Cancelled, Refused, Unreadable
from pipeline.rehearsal.read.routes import Route
from pipeline.rehearsal.runners.base import ActionResult
from pipeline.rehearsal.runners.cloudformation.clients import TrafficCounts, place_of
from pipeline.rehearsal.runners.cloudformation.runner import CloudFormationRunner, Release, stages_of
from pipeline.rehearsal.spec import Action, symbol
from tests.rehearsal.fake_world import Canary, FakeWorld
from tests.unit.pipeline.rehearsal.making import pipeline
from tests.unit.pipeline.rehearsal.runners.context import context_of

PROD, REGION, STACK = "444444444444", "eu-west-1", "prod-orders"
KEY = (PROD, REGION, STACK)
OLD, NEW = Commit("old-commit", "Sell", "Ada"), Commit("new-commit", "Sell gift cards", "Ada")


def service(version: int = 1, **more: Any) -> dict[str, Any]:
    """A template with a function, a version of it and its alias."""
    pointer = {"FunctionVersion": {"Fn::GetAtt": [f"Version{version}", "Version"]}, "FunctionName": {"Ref": "Function"}}
    policy = {"CodeDeployLambdaAliasUpdate": {"ApplicationName": "a", "DeploymentGroupName": "g"}}
    resources = {
        "Function": {"Type": "AWS::Lambda::Function", "Properties": {"MemorySize": 128 * version}},
        f"Version{version}": {"Type": "AWS::Lambda::Version", "Properties": {}},
        "Alias": {"Type": "AWS::Lambda::Alias", "Properties": pointer, "UpdatePolicy": policy},
    }
    return {"Resources": resources, "Outputs": {"ApiUrl": {"Value": "https://api.aws/live"}}, **more}


def deploying(mode: str, **told: str) -> Action:
    configuration = {"ActionMode": mode, "StackName": STACK, **told}
    role = f"arn:aws:iam::{PROD}:role/deploy"
    return Action("Deploy", "Deploy", "AWS", "CloudFormation", "1", 1, configuration, ("Synth",), role=role)


class Flow:
    """Traffic that remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def start(self, stage: str, outputs: Mapping[str, str], watched: Sequence[Route] = ()) -> None:
        self.told.append((stage, dict(outputs), *watched))

    def stop(self) -> TrafficCounts:
        self.told.append("stop")
        return TrafficCounts(0, 0)


class Bench:
    """A world, a runner, and a folder with the artifact that is deployed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.world = FakeWorld()
        self.events: list[Event] = []
        self.cancel = Cancel()
        self.commit = NEW
        self.traffic = Flow()
        self.live: dict[tuple[str, str, str], Commit] = {}
        self.synth = folder / "Synth"
        self.synth.mkdir()

    def template(self, document: Mapping[str, Any], **files: Any) -> None:
        (self.synth / "t.json").write_text(json.dumps(document))
        for name, content in files.items():
            (self.synth / f"{name}.json").write_text(json.dumps(content))

    def run(self, action: Action, clock: Any = lambda: 0.0) -> ActionResult:
        release = Release(("111111111111", REGION), self.commit, self.live, {KEY: "prod"})
        runner = CloudFormationRunner(self.world, release, self.traffic, clock, poll_seconds=0.0)
        context = context_of(
            action,
            self.folder,
            stage="deploy",
            inputs={"Synth": self.synth},
            events=self.events,
            cancel=self.cancel,
        )
        return runner.run(action, context)

    def prepare(self, **told: str) -> ActionResult:
        needs = {"TemplatePath": "Synth::t.json", "ChangeSetName": "Change", "RoleArn": f"arn:aws:iam::{PROD}:role/x"}
        return self.run(deploying("CHANGE_SET_REPLACE", **{**needs, **told}))

    def execute(self) -> ActionResult:
        return self.run(deploying("CHANGE_SET_EXECUTE", ChangeSetName="Change"))

    def deployed(self, document: Mapping[str, Any]) -> None:
        self.world.deploy(PROD, REGION, STACK, document)
        self.live[KEY] = OLD

    @property
    def sent(self) -> dict[str, Any]:
        """What the change set was made with."""
        found: dict[str, Any] = self.world.stacks[KEY].change_sets["Change"]["told"]
        return found

    def told(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


# --- preparing -------------------------------------------------------------------------------------------------------


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


# --- executing -------------------------------------------------------------------------------------------------------


def test_outputs_are_variables_with_addresses_of_this_machine(bench: Bench) -> None:
    bench.template(service())
    bench.prepare()
    assert bench.execute().variables == {"ApiUrl": "http://127.0.0.1:1/live"}


def test_traffic_flows_only_while_a_rollout_shifts_and_to_what_was_live(bench: Bench) -> None:
    bench.deployed(service(1))
    bench.template(service(2))
    bench.prepare()
    assert bench.traffic.told == []
    result = bench.execute()
    assert (result.outcome, result.summary) == (
        Outcome.PASSED,
        "UPDATE_COMPLETE; 1 shifted, 10 requests to new versions, 0 failed",
    )
    assert bench.traffic.told == [("prod", {"ApiUrl": "http://127.0.0.1:1/live"}), "stop"]


def test_most_traffic_goes_where_it_reaches_what_shifts(bench: Bench) -> None:
    method = {"HttpMethod": "GET", "ResourceId": "root", "Integration": {"Uri": {"Ref": "Alias"}}}
    route = {"Method": {"Type": "AWS::ApiGateway::Method", "Properties": method}}
    releases = [{**released, "Resources": {**released["Resources"], **route}} for released in (service(1), service(2))]
    bench.deployed(releases[0])
    bench.template(releases[1])
    bench.prepare()
    bench.execute()
    assert bench.traffic.told[0] == ("prod", {"ApiUrl": "http://127.0.0.1:1/live"}, Route("GET", "/"))


def test_a_first_release_has_no_traffic_and_shifts_nothing(bench: Bench) -> None:
    bench.template(service())
    bench.prepare()
    assert bench.execute().summary == "CREATE_COMPLETE; nothing to shift"
    assert bench.traffic.told == []


def test_what_moves_at_once_is_no_canary(bench: Bench) -> None:
    bench.world.canaries[STACK] = Canary(config="CodeDeployDefault.LambdaAllAtOnce", requests=(), failed=())
    bench.deployed(service(1))
    bench.template(service(2))
    bench.prepare()
    assert bench.execute().summary == "UPDATE_COMPLETE; 1 moved at once, without a canary"
    assert bench.traffic.told == []


def test_a_hook_that_fails_rolls_back(bench: Bench) -> None:
    bench.world.canaries[STACK] = Canary(hook="Failed", requests=(), failed=())
    bench.deployed(service(1))
    bench.template(service(2))
    bench.prepare()
    result = bench.execute()
    assert (result.outcome, result.reason) == (
        Outcome.REFUSED,
        "prod-orders-Alias was rolled back: rolled back; 0 of 0 requests to version 2 failed; "
        "prod-orders ended in UPDATE_ROLLBACK_COMPLETE",
    )
    assert bench.traffic.told == []


def test_after_a_rollback_the_old_commit_is_still_live(bench: Bench) -> None:
    bench.world.canaries[STACK] = Canary(alarm="errors", measured=22.0, failed=(1, 1))
    bench.deployed(service(1))
    bench.template(service(2))
    bench.prepare()
    bench.execute()
    assert bench.told(LiveNow) == [LiveNow("prod", "old-commit", {"prod-orders-Alias": {"1": 100.0}})]


def test_uncommitted_work_is_live_as_such_until_it_is_rolled_back(bench: Bench) -> None:
    bench.commit = replace(OLD, dirty=True)  # it stands on the very commit that is live
    bench.deployed(service(1))
    bench.template(service(2))
    bench.prepare()
    bench.execute()
    bench.live[KEY] = OLD
    bench.world.canaries[STACK] = Canary(alarm="errors", measured=22.0, failed=(1, 1))
    bench.template(service(3))
    bench.prepare()
    bench.execute()
    assert [(live.commit, live.dirty) for live in bench.told(LiveNow)] == [("old-commit", True), ("old-commit", False)]


def test_a_first_release_that_fails_leaves_nothing_live(bench: Bench) -> None:
    bench.world.fails[STACK] = "Function"
    bench.template(service())
    bench.prepare()
    result = bench.execute()
    assert result.reason == "Function (AWS::Lambda::Function): it can't be made; prod-orders ended in ROLLBACK_COMPLETE"
    assert (bench.live, bench.told(LiveNow)) == ({}, [])


@pytest.mark.parametrize(
    ("canary", "why"),
    [
        (Canary(silent=True), "the world told of 0 of 1 rollouts"),
        (Canary(lost=True), "the end of its deployment was never told"),
    ],
)
def test_a_world_that_does_not_tell_breaks_the_run(bench: Bench, canary: Canary, why: str) -> None:
    bench.world.canaries[STACK] = canary
    bench.deployed(service(1))
    bench.template(service(2))
    bench.prepare()
    with pytest.raises(Broke, match=why):
        bench.execute()


def test_traffic_is_stopped_when_the_world_is_lost(bench: Bench) -> None:
    bench.world.canaries[STACK] = Canary(lost=True)
    bench.deployed(service(1))
    bench.template(service(2))
    bench.prepare()
    with pytest.raises(Broke):
        bench.execute()
    assert bench.traffic.told[-1] == "stop"


def test_a_stopped_run_stops_waiting(bench: Bench) -> None:
    bench.deployed(service(1))
    bench.template(service(2))
    bench.prepare()
    bench.cancel.cancel("a signal")
    with pytest.raises(Cancelled, match="a signal"):
        bench.execute()


def test_an_action_that_takes_too_long_is_refused(bench: Bench) -> None:
    bench.deployed(service(1))
    bench.template(service(2))
    bench.prepare()
    action = replace(deploying("CHANGE_SET_EXECUTE", ChangeSetName="Change"), timeout_minutes=5)
    seconds = count(0, 200)
    with pytest.raises(Refused, match="Deploy timed out after 5 minutes"):
        bench.run(action, clock=lambda: float(next(seconds)))


def test_a_change_set_that_was_never_made_is_no_pass(bench: Bench) -> None:
    bench.deployed(service(1))
    with pytest.raises(Refused, match=r"ChangeSet \[Change\] does not exist"):
        bench.execute()


def test_a_deployed_stack_is_told_with_how_it_ended(bench: Bench) -> None:
    bench.template(service(1))
    bench.prepare()
    assert bench.told(StackDeployed) == []
    bench.execute()
    bench.world.canaries[STACK] = Canary(alarm="errors", measured=22.0, failed=(1, 1))
    bench.template(service(2))
    bench.prepare()
    bench.execute()
    ends = [(told.stage, told.stack, told.status) for told in bench.told(StackDeployed)]
    assert ends == [("deploy", STACK, "CREATE_COMPLETE"), ("deploy", STACK, "UPDATE_ROLLBACK_COMPLETE")]


def test_an_empty_change_set_deploys_nothing(bench: Bench) -> None:
    bench.deployed(service(1))
    bench.template(service(1))
    bench.prepare()
    bench.execute()
    assert bench.told(StackDeployed) == []


# --- the other modes -------------------------------------------------------------------------------------------------


def test_create_update_prepares_and_executes(bench: Bench) -> None:
    bench.deployed(service(1))
    bench.template(service(2))
    result = bench.run(deploying("CREATE_UPDATE", TemplatePath="Synth::t.json"))
    assert result.summary.startswith("UPDATE_COMPLETE; 1 shifted")
    assert len(bench.told(ChangeSetPrepared)) == 1


def test_replace_on_failure_deletes_what_is_stuck_first(bench: Bench) -> None:
    bench.deployed(service(1))
    bench.world.stacks[KEY].status = "ROLLBACK_COMPLETE"
    bench.template(service(2))
    bench.run(deploying("REPLACE_ON_FAILURE", TemplatePath="Synth::t.json"))
    assert bench.world.stacks[KEY].status == "CREATE_COMPLETE"


def test_delete_waits_until_the_stack_is_gone(bench: Bench) -> None:
    bench.deployed(service(1))
    action = deploying("DELETE_ONLY", RoleArn=f"arn:aws:iam::{PROD}:role/x")
    assert bench.run(action).summary == "deleted"
    assert bench.live == {}
    assert bench.run(action).summary == "there is no such stack"


def test_outputs_are_written_to_the_file_that_is_asked_for(bench: Bench) -> None:
    bench.template(service())
    told = deploying("CREATE_UPDATE", TemplatePath="Synth::t.json", OutputFileName="outputs.json")
    bench.run(replace(told, outputs=("Outputs",)))
    written = (bench.folder / "outputs" / "Outputs" / "outputs.json").read_text()
    assert json.loads(written) == {"ApiUrl": "http://127.0.0.1:1/live"}


# --- where -----------------------------------------------------------------------------------------------------------


def test_the_account_is_that_of_the_role_or_the_pipelines_own() -> None:
    world, home = FakeWorld(), ("111111111111", REGION)
    action = deploying("DELETE_ONLY")
    assert place_of(action, {}, world, home).account == PROD
    assert place_of(replace(action, role=symbol("Role.Arn")), {}, world, home).account == "111111111111"
    assert place_of(replace(action, role=None, region="us-east-1"), {}, world, home).region == "us-east-1"
    with pytest.raises(Broke, match="its roles are of two accounts, 222222222222 and 444444444444"):
        place_of(action, {"RoleArn": "arn:aws:iam::222222222222:role/x"}, world, home)


def test_every_stack_belongs_to_the_stage_that_deploys_it() -> None:
    made = pipeline(("Source",), ("prod", deploying("CHANGE_SET_EXECUTE")))
    assert stages_of(replace(made, region=REGION), FakeWorld()) == {KEY: "prod"}
