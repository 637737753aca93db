"""How events leave the service, as synthesized; and that no way for something to get lost is left open."""

import json
from collections.abc import Iterator

import pytest

from api.handlers.worker import Worker as Handler
from pipeline.cloud.service.workers import WORKERS, Worker
from tests.support.messages import WORKERS as HANDLERS
from tests.synth.reading import Resource, Template
from tests.synth.test_service import granted, named
from tests.synth.test_workers import queue

consumers = pytest.mark.parametrize("worker", [each for each in WORKERS if each.kinds], ids=lambda worker: worker.name)


def test_the_pipe_carries_events_and_nothing_else(template: Template, stage: str) -> None:
    pipe = template.one("AWS::Pipes::Pipe")
    (table,) = [each for each in template.all("AWS::DynamoDB::Table") if "StreamSpecification" in each.properties]
    bus = template.one("AWS::Events::EventBus")
    assert bus["Name"] == f"orders-{stage}"
    assert (template.said(pipe["Source"]), template.said(pipe["Target"])) == (
        f"${{{table.name}.StreamArn}}",
        f"${{{bus.name}.Arn}}",
    )
    (only,) = pipe["SourceParameters"]["FilterCriteria"]["Filters"]
    assert json.loads(only["Pattern"]) == {
        "eventName": ["INSERT"],
        "dynamodb": {"NewImage": {"entity": {"S": ["EVENT"]}}},
    }
    assert pipe["TargetParameters"] == {
        "EventBridgeEventBusParameters": {"Source": "orders.api", "DetailType": "$.dynamodb.NewImage.detail_type.S"},
        "InputTemplate": "<$.dynamodb.NewImage.detail.S>",
    }


def test_the_pipe_may_do_exactly_this(template: Template, stage: str) -> None:
    pipe = template.one("AWS::Pipes::Pipe")
    role, _ = pipe["RoleArn"]["Fn::GetAtt"]
    key = f"${{{named(template)['DataKey']}.Arn}} via"
    unsent = queue(template, stage, "unsent-dead-letters").name
    assert granted(template, role) == {
        template.said(pipe["Source"]): ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
        template.said(pipe["Target"]): ["events:PutEvents"],
        f"${{{unsent}.Arn}}": ["sqs:SendMessage"],
        f"{key} dynamodb.{template.region}.amazonaws.com": ["kms:Decrypt"],
        f"{key} sqs.{template.region}.amazonaws.com": ["kms:Decrypt", "kms:GenerateDataKey"],
    }
    assert pipe.body["DependsOn"] == [role]  # which comes with all that it may do


@consumers
def test_a_rule_sends_a_worker_what_it_consumes(template: Template, stage: str, worker: Worker) -> None:
    rule = template.named("AWS::Events::Rule", Name=f"orders-{stage}-{worker.name}")
    assert rule["EventPattern"] == {"source": ["orders.api"], "detail-type": list(worker.kinds)}
    (target,) = rule["Targets"]
    assert template.said(target["Arn"]) == f"${{{queue(template, stage, worker.name).name}.Arn}}"
    allowed = {
        each["Queues"][0]["Ref"]: [s for s in each["PolicyDocument"]["Statement"] if s["Effect"] == "Allow"]
        for each in template.all("AWS::SQS::QueuePolicy")
    }
    for name in (worker.name, f"{worker.name}-dead-letters"):
        (statement,) = allowed[queue(template, stage, name).name]
        assert statement["Principal"] == {"Service": "events.amazonaws.com"}
        assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": [rule.name, "Arn"]}}}


def test_the_bus_may_encrypt_for_this_account_only(template: Template) -> None:
    statements = template.resources[named(template)["DataKey"]]["KeyPolicy"]["Statement"]
    (bus,) = [each for each in statements if each["Principal"] == {"Service": "events.amazonaws.com"}]
    assert bus["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"]
    assert list(bus["Condition"]) == ["StringEquals"]
    assert list(bus["Condition"]["StringEquals"]) == ["aws:SourceAccount"]


@consumers
def test_a_worker_handles_what_it_consumes_and_every_kind_is_promised(worker: Worker) -> None:
    handler = HANDLERS[worker.name]
    assert isinstance(handler, Handler)
    assert set(worker.kinds) <= handler.kinds


def edges(template: Template) -> Iterator[tuple[str, object]]:
    """What moves on by itself, with the ARN of where it goes when it can't.

    Rules of AWS's own bus that name no bus are left out, and so are a pager and mailboxes: they tell people, and say
    nothing that is not kept elsewhere.
    """
    for pipe in template.all("AWS::Pipes::Pipe"):
        stream = pipe["SourceParameters"].get("DynamoDBStreamParameters", {})
        yield pipe.name, stream.get("DeadLetterConfig", {}).get("Arn")
    for rule in template.all("AWS::Events::Rule"):
        for target in rule["Targets"] if "EventBusName" in rule.properties else []:
            yield rule.name, target.get("DeadLetterConfig", {}).get("Arn")
    for mapping in template.all("AWS::Lambda::EventSourceMapping"):
        fed_by = by_arn(template, mapping["EventSourceArn"])
        yield mapping.name, fed_by.properties.get("RedrivePolicy", {}).get("deadLetterTargetArn")
    for schedule in template.all("AWS::Scheduler::Schedule"):
        yield schedule.name, schedule["Target"].get("DeadLetterConfig", {}).get("Arn")
    for subscription in template.all("AWS::SNS::Subscription"):
        if subscription["Protocol"] not in ("email", "https"):
            yield subscription.name, subscription.properties.get("RedrivePolicy", {}).get("deadLetterTargetArn")


def by_arn(template: Template, arn: dict[str, list[str]]) -> Resource:
    name, _ = arn["Fn::GetAtt"]
    return template.resources[name]


def test_nothing_that_moves_on_by_itself_can_get_lost(template: Template) -> None:
    found = dict(edges(template))
    fed_by_the_bus = [each for each in WORKERS if each.kinds]
    schedules = template.all("AWS::Scheduler::Schedule")
    others = ["photographs", "imports", "returned mail", "notices"]
    assert len(found) == 1 + len(WORKERS) + len(fed_by_the_bus) + len(others) + len(schedules)
    for edge, arn in found.items():
        assert isinstance(arn, dict), f"{edge} has no dead letters"
        dead = by_arn(template, arn)
        assert dead.type == "AWS::SQS::Queue"
        assert "RedrivePolicy" not in dead.properties, f"{dead.name} is no end"
        assert dead["MessageRetentionPeriod"] == 14 * 24 * 3600
