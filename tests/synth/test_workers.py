"""Queues and workers as synthesized: how messages are kept, who is fed with them, and by which version."""

from datetime import timedelta

import pytest

from api.adapters.items import HANDLED_LIFETIME
from pipeline.cloud.service.workers import WORKERS, Worker
from tests.synth.reading import Resource, Template
from tests.synth.test_service import function, granted, named, role_of

workers = pytest.mark.parametrize("worker", WORKERS, ids=lambda worker: worker.name)


def queue(template: Template, stage: str, name: str) -> Resource:
    return template.named("AWS::SQS::Queue", QueueName=f"orders-{stage}-{name}")


def source(template: Template, worker: Worker, stage: str) -> Resource:
    arn = {"Fn::GetAtt": [queue(template, stage, worker.name).name, "Arn"]}
    (only,) = [each for each in template.all("AWS::Lambda::EventSourceMapping") if each["EventSourceArn"] == arn]
    return only


@workers
def test_a_message_that_cannot_be_handled_is_kept(template: Template, stage: str, worker: Worker) -> None:
    main, dead = queue(template, stage, worker.name), queue(template, stage, f"{worker.name}-dead-letters")
    assert main["RedrivePolicy"] == {
        "deadLetterTargetArn": {"Fn::GetAtt": [dead.name, "Arn"]},
        "maxReceiveCount": worker.receives,
    }
    allowed = dead["RedriveAllowPolicy"]
    assert allowed["redrivePermission"] == "byQueue"
    (only,) = allowed["sourceQueueArns"]
    assert template.said(only).endswith(f":orders-{stage}-{worker.name}")
    assert (main["MessageRetentionPeriod"], dead["MessageRetentionPeriod"]) == (4 * 24 * 3600, 14 * 24 * 3600)


@workers
def test_what_was_handled_is_known_for_longer_than_its_message_can_come_again(
    template: Template, stage: str, worker: Worker
) -> None:
    main, dead = queue(template, stage, worker.name), queue(template, stage, f"{worker.name}-dead-letters")
    sent_back = main["MessageRetentionPeriod"] + dead["MessageRetentionPeriod"] + main["MessageRetentionPeriod"]
    assert timedelta(seconds=sent_back) < HANDLED_LIFETIME


@workers
def test_a_message_stays_hidden_for_six_times_as_long_as_its_worker_may_take(
    template: Template, stage: str, worker: Worker
) -> None:
    assert function(template, worker.name)["Timeout"] == worker.timeout_seconds
    assert queue(template, stage, worker.name)["VisibilityTimeout"] == 6 * worker.timeout_seconds


@workers
def test_a_worker_is_fed_through_its_alias_and_says_what_failed(template: Template, stage: str, worker: Worker) -> None:
    feeding = source(template, worker, stage)
    (alias,) = [
        each
        for each in template.all("AWS::Lambda::Alias")
        if each["FunctionName"] == {"Ref": function(template, worker.name).name}
    ]
    _, (arn, qualifier) = feeding["FunctionName"]["Fn::Join"]
    assert arn == {"Fn::Select": [6, {"Fn::Split": [":", {"Ref": alias.name}]}]}
    assert qualifier == f":{alias['Name']}" == ":live"
    assert feeding["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert feeding["ScalingConfig"] == {"MaximumConcurrency": worker.most_at_once}
    assert feeding["BatchSize"] == worker.batch
    assert "UpdatePolicy" not in alias.body  # no canary: there is nothing that one could judge by


@pytest.mark.parametrize("worker", [each for each in WORKERS if each.goes_on], ids=lambda worker: worker.name)
def test_a_worker_that_goes_on_until_its_time_is_up_gets_one_message_at_a_time(
    template: Template, stage: str, worker: Worker
) -> None:
    assert source(template, worker, stage)["BatchSize"] == 1


def test_all_workers_log_into_one_group_that_is_counted(template: Template, stage: str) -> None:
    group = template.named("AWS::Logs::LogGroup", LogGroupName=f"/aws/lambda/orders-{stage}-workers")
    for worker in WORKERS:
        logging = function(template, worker.name)["LoggingConfig"]
        assert logging == {"LogFormat": "JSON", "LogGroup": {"Ref": group.name}}
    found = [each for each in template.all("AWS::Logs::MetricFilter") if each["LogGroupName"] == {"Ref": group.name}]
    assert {each["MetricTransformations"][0]["MetricName"] for each in found} == {
        "LoggedErrors",
        "TimeOuts",
        "MemoryUsed",
    }


def test_every_queue_is_encrypted_with_the_stages_key_and_takes_tls_only(template: Template) -> None:
    key = named(template)["DataKey"]
    policies = {
        each["Queues"][0]["Ref"]: each["PolicyDocument"]["Statement"] for each in template.all("AWS::SQS::QueuePolicy")
    }
    queues = template.all("AWS::SQS::Queue")
    assert len(queues) > len(WORKERS)
    for each in queues:
        assert each["KmsMasterKeyId"] == {"Fn::GetAtt": [key, "Arn"]}
        denied = [statement for statement in policies[each.name] if statement["Effect"] == "Deny"]
        assert [statement["Condition"] for statement in denied] == [{"Bool": {"aws:SecureTransport": "false"}}]
        assert [statement["Action"] for statement in denied] == ["sqs:*"]


def worked_off(template: Template, worker: str, table: list[str]) -> dict[str, list[str]]:
    """What a worker may do in any case, with `table` as its actions on the table."""
    names = named(template)
    key = f"${{{names['DataKey']}.Arn}}"
    return {
        f"${{{names['WorkersLogs']}.Arn}}": ["logs:CreateLogStream", "logs:PutLogEvents"],
        f"${{{names['DataTable']}.Arn}}": table,
        f"{key} via dynamodb.{template.region}.amazonaws.com": [
            "kms:Decrypt",
            "kms:DescribeKey",
            "kms:Encrypt",
            "kms:GenerateDataKey",
            "kms:ReEncryptFrom",
            "kms:ReEncryptTo",
        ],
        f"${{{names[f'{worker}Queue']}.Arn}}": ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
        f"{key} via sqs.{template.region}.amazonaws.com": ["kms:Decrypt"],
        "*": ["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
    }


def test_fulfilment_may_do_exactly_this(template: Template) -> None:
    golden = worked_off(template, "Fulfilment", ["dynamodb:ConditionCheckItem", "dynamodb:PutItem"])
    assert granted(template, role_of(function(template, "fulfilment"))) == golden


def test_the_notifier_may_do_exactly_this(template: Template) -> None:
    key, topic = named(template)["DataKey"], named(template)["Notices"]
    assert granted(template, role_of(function(template, "notifier"))) == {
        **worked_off(template, "Notifier", ["dynamodb:GetItem", "dynamodb:PutItem"]),
        f"${{{topic}}}": ["sns:Publish"],
        f"${{{key}.Arn}} via sns.{template.region}.amazonaws.com": ["kms:Decrypt", "kms:GenerateDataKey"],
    }


def test_notices_are_encrypted_and_taken_by_tls_only(template: Template, stage: str) -> None:
    topic = template.named("AWS::SNS::Topic", TopicName=f"orders-{stage}-notices")
    assert topic["KmsMasterKeyId"] == {"Fn::GetAtt": [named(template)["DataKey"], "Arn"]}
    (policy,) = [each for each in template.all("AWS::SNS::TopicPolicy") if each["Topics"] == [{"Ref": topic.name}]]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
