"""What a run came to, and so what it may speak of."""

import pytest

from pipeline.record.events import (
    ActionStarted,
    AlarmChanged,
    ChangeSetPrepared,
    Event,
    Needs,
    ResourceChange,
    RolloutFinished,
    RolloutSample,
    RolloutStarted,
    StackDeployed,
    StageStarted,
)
from pipeline.record.reached import reached
from tests.unit.pipeline.record.test_run import BEGIN, READ, folded

QUEUE, TOPIC = "AWS::SQS::Queue", "AWS::SNS::Topic"
MOVES = RolloutStarted("beta", "d-1", "orders", "live", "1", "2", "Canary")
STAYS = RolloutStarted("beta", "d-1", "orders", "live", "1", "1", "Canary")


def prepared(stage: str, action: str = "Add") -> ChangeSetPrepared:
    return ChangeSetPrepared(stage, "orders", (ResourceChange("Queue", QUEUE, action),))  # type: ignore[arg-type]


def deployed(stage: str, status: str = "CREATE_COMPLETE") -> StackDeployed:
    return StackDeployed(stage, "orders", status)


def sample(**measured: float) -> RolloutSample:
    return RolloutSample("beta", "d-1", 30.0, 10.0, 5, 0, 45, 0, measured=measured)


def came_to(what: str, name: str, *events: Event) -> bool:
    return reached(folded(BEGIN, READ, *events), Needs(what, name))  # type: ignore[arg-type]


def test_every_run_comes_to_its_beginning() -> None:
    assert came_to("run", "")


def test_a_kind_of_action_is_reached_when_one_begins() -> None:
    assert not came_to("action", "Build/CodeBuild", StageStarted("Build"))
    begun = (StageStarted("Build"), ActionStarted("Build", "unit"))
    assert came_to("action", "Build/CodeBuild", *begun)
    assert not came_to("action", "Deploy/CloudFormation", *begun)


def test_a_change_set_is_no_deployed_stack() -> None:
    assert not came_to("change set", "")
    assert came_to("change set", "", prepared("beta"))
    assert not came_to("stack", "", prepared("beta"))
    assert not came_to("resource", QUEUE, prepared("beta"))


@pytest.mark.parametrize("stage", ["base", "beta"])
def test_a_resource_is_reached_when_its_stack_is_deployed_in_the_base_release_too(stage: str) -> None:
    assert came_to("resource", QUEUE, prepared(stage), deployed(stage))
    assert came_to("stack", "", prepared(stage), deployed(stage))
    assert not came_to("resource", TOPIC, prepared(stage), deployed(stage))


def test_another_stage_s_deployment_speaks_for_none_of_this_one() -> None:
    assert not came_to("resource", QUEUE, prepared("beta"), deployed("base"))


def test_what_is_removed_is_not_reached() -> None:
    assert not came_to("resource", QUEUE, prepared("beta", "Remove"), deployed("beta", "UPDATE_COMPLETE"))


def test_a_stack_that_never_came_up_reached_nothing_and_one_that_went_back_did() -> None:
    assert not came_to("resource", QUEUE, prepared("beta"), deployed("beta", "ROLLBACK_COMPLETE"))
    went_back = (prepared("beta"), deployed("beta", "UPDATE_ROLLBACK_COMPLETE"))
    assert came_to("resource", QUEUE, *went_back)
    assert came_to("rollback", "", *went_back)
    assert not came_to("rollback", "", prepared("beta"), deployed("beta", "UPDATE_COMPLETE"))


def test_codedeploy_is_reached_when_an_alias_moves() -> None:
    assert came_to("rollout", "", MOVES)
    assert not came_to("rollout", "", STAYS)
    ended = RolloutFinished("beta", "d-1", "NothingToShift", False, "", 0, 0, 1.0)
    assert not came_to("rollout", "", MOVES, ended)


def test_alarms_are_reached_when_one_was_evaluated_while_an_alias_moved() -> None:
    fired = AlarmChanged("beta", "d-1", "errors", "ALARM", 2.0, 1.0, "%", "over", 30.0)
    assert not came_to("alarm", "", MOVES)
    assert not came_to("alarm", "", MOVES, sample())
    assert came_to("alarm", "", MOVES, sample(errors=0.0))
    assert came_to("alarm", "", MOVES, fired)
