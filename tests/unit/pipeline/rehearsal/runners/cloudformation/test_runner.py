"""CloudFormation actions against a world that follows a script."""

import json
from dataclasses import replace
from itertools import count

import pytest

from pipeline.record.events import ChangeSetPrepared, LiveNow, StackDeployed
from pipeline.record.verdict import Outcome
from pipeline.rehearsal.errors import Broke, Cancelled, Refused
from pipeline.rehearsal.read.routes import Route
from pipeline.rehearsal.runners.cloudformation.clients import place_of
from pipeline.rehearsal.runners.cloudformation.runner import stages_of
from pipeline.rehearsal.spec import symbol
from tests.rehearsal.fake_world import Canary, FakeWorld
from tests.unit.pipeline.rehearsal.making import pipeline
from tests.unit.pipeline.rehearsal.runners.cloudformation.workbench import (
    KEY,
    OLD,
    PROD,
    REGION,
    STACK,
    Bench,
    deploying,
    service,
)

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
