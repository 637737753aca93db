"""The fake world answers as the local AWS does, for what tests ask of it."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from pipeline.rehearsal.errors import Broke
from pipeline.rehearsal.world.base import World
from pipeline.rehearsal.world.fake import Ending, FakeWorld
from pipeline.rehearsal.world.observation import FunctionError

BETA = "222222222222"
REGION = "eu-west-1"
TOPIC = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}
QUEUE = {"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}


def running(*endings: Ending) -> tuple[FakeWorld, Any]:
    world = FakeWorld({(BETA, "orders"): endings})
    world.start()
    return world, world.client("cloudformation", BETA, REGION)


def change(client: Any, template: object) -> list[tuple[str, str]]:
    client.create_change_set(StackName="orders", ChangeSetName="c", TemplateBody=json.dumps(template))
    told = client.describe_change_set(StackName="orders", ChangeSetName="c")
    found = [each["ResourceChange"] for each in told.get("Changes", ())]
    if found:
        client.execute_change_set(StackName="orders", ChangeSetName="c")
    return [(each["Action"], each["LogicalResourceId"]) for each in found]


def test_it_is_a_world() -> None:
    assert isinstance(FakeWorld(), World)


def test_stacks_are_made_and_changed_and_come_to_their_scripted_ends() -> None:
    told = FunctionError("f", "2", "r", "broken")
    good = Ending("CREATE_COMPLETE", outputs={"ApiUrl": "https://x"})
    bad = Ending("UPDATE_ROLLBACK_COMPLETE", failures={"Queue": "no more room"}, told=[told])
    world, client = running(good, bad)
    assert change(client, TOPIC) == [("Add", "Topic")]
    assert change(client, QUEUE) == [("Add", "Queue"), ("Remove", "Topic")]
    stack = client.describe_stacks(StackName="orders")["Stacks"][0]
    assert (stack["StackStatus"], stack["Outputs"]) == (
        "UPDATE_ROLLBACK_COMPLETE",
        [{"OutputKey": "ApiUrl", "OutputValue": "https://x"}],
    )
    assert client.get_template(StackName="orders")["TemplateBody"] == TOPIC
    events = next(client.get_paginator("describe_stack_events").paginate(StackName="orders"))["StackEvents"]
    assert [(event["LogicalResourceId"], event["ResourceStatusReason"]) for event in events] == [
        ("Queue", "no more room")
    ]
    assert [each.what for each in world.observations(0)] == [told]
    assert world.observations(1) == []


def test_a_change_set_without_changes_fails_as_cloudformation_says_it() -> None:
    _, client = running()
    change(client, TOPIC)
    client.create_change_set(StackName="orders", ChangeSetName="c", TemplateBody=json.dumps(TOPIC))
    told = client.describe_change_set(StackName="orders", ChangeSetName="c")
    assert (told["Status"], "didn't contain changes" in told["StatusReason"]) == ("FAILED", True)


def test_what_is_not_there_is_an_error_of_aws_and_what_the_fake_lacks_is_ours() -> None:
    world, client = running()
    with pytest.raises(ClientError, match="does not exist"):
        client.describe_stacks(StackName="nothing")
    with pytest.raises(Broke, match="no kinesis"):
        world.client("kinesis", BETA, REGION)
    world.stop()
    with pytest.raises(Broke, match="not running"):
        world.client("cloudformation", BETA, REGION)


def test_every_call_is_written_down() -> None:
    world, client = running()
    change(client, TOPIC)
    assert [(service, operation) for service, operation, _ in world.calls] == [
        ("cloudformation", "create_change_set"),
        ("cloudformation", "describe_change_set"),
        ("cloudformation", "execute_change_set"),
    ]
