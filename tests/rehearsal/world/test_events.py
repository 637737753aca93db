"""From a table's stream through a pipe, a bus and a queue to a function, to the dead letters, and back from there.

Sources: EventBridge User Guide, "Amazon EventBridge Pipes"; SQS Developer Guide, "Using dead-letter queues"; Lambda
Developer Guide, "Using Lambda with Amazon SQS".
"""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.rehearsal.world.account import Account, Deployed
from tests.rehearsal.world.templates import Part, att, merged, ref, released, resource, template

pytestmark = pytest.mark.emulator

WORKS = """
import json, os, boto3
def handler(event, context):
    failed = []
    for record in event["Records"]:
        body = json.loads(record["body"])
        if body["detail"].get("poison") and body["detail"]["poison"] not in os.environ["CURES"]:
            failed.append({"itemIdentifier": record["messageId"]})
            continue
        told = {"PK": {"S": body["detail"]["id"]}, "kind": {"S": body["detail-type"]}, "source": {"S": body["source"]},
                "through": {"S": context.invoked_function_arn.split(":")[-1]},
                "attempt": {"S": record["attributes"]["ApproximateReceiveCount"]}}
        boto3.client("dynamodb").put_item(TableName=os.environ["DONE"], Item=told)
    return {"batchItemFailures": failed}
"""
ONLY_EVENTS = {"eventName": ["INSERT"], "dynamodb": {"NewImage": {"entity": {"S": ["EVENT"]}}}}


def table(stream: bool = False) -> Part:
    key = {"AttributeName": "PK"}
    more = {"StreamSpecification": {"StreamViewType": "NEW_IMAGE"}} if stream else {}
    return resource(
        "DynamoDB::Table",
        AttributeDefinitions=[{**key, "AttributeType": "S"}],
        KeySchema=[{**key, "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        **more,
    )


def pipe(**target: Any) -> Part:
    bus = {"Source": "tests", "DetailType": "$.dynamodb.NewImage.kind.S"}
    return resource(
        "Pipes::Pipe",
        RoleArn=att("Role", "Arn"),
        Source=att("Table", "StreamArn"),
        SourceParameters={
            "FilterCriteria": {"Filters": [{"Pattern": json.dumps(ONLY_EVENTS)}]},
            "DynamoDBStreamParameters": {
                "StartingPosition": "TRIM_HORIZON",
                "DeadLetterConfig": {"Arn": att("Unsent", "Arn")},
            },
        },
        Target=att("Bus", "Arn"),
        TargetParameters={
            "EventBridgeEventBusParameters": bus,
            "InputTemplate": "<$.dynamodb.NewImage.detail.S>",
            **target,
        },
    )


def chain(number: int = 1, cures: str = "") -> Part:
    """The whole way; a message dies when it has failed once, as soon as it would be seen again.

    That is longer than a function takes on a starved machine: a message that is seen again while it is handled would be
    handled twice.
    """
    variables = {"DONE": ref("Done"), "CURES": cures}
    way = {
        "Table": table(stream=True),
        "Done": table(),
        "Bus": resource("Events::EventBus", Name="events"),
        "Pipe": pipe(),
        "Rule": resource(
            "Events::Rule",
            EventBusName=ref("Bus"),
            EventPattern={"source": ["tests"], "detail-type": ["Wanted"]},
            Targets=[
                {"Id": "queue", "Arn": att("Queue", "Arn"), "DeadLetterConfig": {"Arn": att("Undelivered", "Arn")}}
            ],
        ),
        "Queue": resource(
            "SQS::Queue",
            VisibilityTimeout=5,
            RedrivePolicy={"deadLetterTargetArn": att("Dead", "Arn"), "maxReceiveCount": 1},
        ),
        "Dead": resource("SQS::Queue"),
        "Unsent": resource("SQS::Queue"),
        "Undelivered": resource("SQS::Queue"),
        "Feed": resource(
            "Lambda::EventSourceMapping",
            FunctionName=ref("Live"),
            EventSourceArn=att("Queue", "Arn"),
            FunctionResponseTypes=["ReportBatchItemFailures"],
        ),
    }
    function = released(number, WORKS, Environment={"Variables": variables})
    names = ("Table", "Done", "Queue", "Dead", "Unsent", "Undelivered")
    arns = {f"{name}Arn": att(name, "Arn") for name in ("Queue", "Dead")}
    return template(merged(function, way), **{name: ref(name) for name in names}, **arns)


@pytest.fixture
def stack(account: Account) -> Deployed:
    done = account.deploy(chain())
    assert done.status == "CREATE_COMPLETE", done.failures()
    return done


def happen(
    stack: Deployed, event_id: str, detail: str | None = None, entity: str = "EVENT", kind: str = "Wanted"
) -> None:
    """Put an item into the table that is, or is not, an event."""
    item = {"PK": event_id, "entity": entity, "kind": kind, "detail": detail or json.dumps({"id": event_id})}
    stack.account.client("dynamodb").put_item(
        TableName=stack.outputs["Table"], Item={name: {"S": value} for name, value in item.items()}
    )


def heard(stack: Deployed) -> dict[str, Mapping[str, str]]:
    """What the worker has noted, by event."""
    items = stack.account.client("dynamodb").scan(TableName=stack.outputs["Done"])["Items"]
    return {item["PK"]["S"]: {name: value["S"] for name, value in item.items() if name != "PK"} for item in items}


def waiting(stack: Deployed, queue: str) -> int:
    """How many messages of a queue can be received."""
    answer = stack.account.client("sqs").get_queue_attributes(
        QueueUrl=stack.outputs[queue], AttributeNames=["ApproximateNumberOfMessages"]
    )
    return int(answer["Attributes"]["ApproximateNumberOfMessages"])


def test_an_event_reaches_the_function_through_its_alias_and_nothing_else_does(stack: Deployed) -> None:
    happen(stack, "an order", entity="ORDER")
    happen(stack, "another kind", kind="Unwanted")
    happen(stack, "wanted")
    found = stack.account.until(lambda: heard(stack), "the event")
    assert found == {"wanted": {"kind": "Wanted", "source": "tests", "through": "live", "attempt": "1"}}


def test_what_the_bus_refuses_goes_to_the_pipes_dead_letters_and_stops_nothing(stack: Deployed) -> None:
    happen(stack, "malformed", detail="no JSON")
    happen(stack, "next")
    assert stack.account.until(lambda: heard(stack), "the next event").keys() == {"next"}
    (message,) = stack.account.client("sqs").receive_message(QueueUrl=stack.outputs["Unsent"])["Messages"]
    told = json.loads(message["Body"])
    assert told["context"]["condition"] == "RetryAttemptsExhausted"
    assert told["DDBStreamBatchInfo"]["batchSize"] == 1


def test_what_a_queue_that_is_gone_cannot_take_goes_to_the_rules_dead_letters(stack: Deployed) -> None:
    sqs = stack.account.client("sqs")
    sqs.delete_queue(QueueUrl=stack.outputs["Queue"])
    happen(stack, "undelivered")
    stack.account.until(lambda: waiting(stack, "Undelivered"), "the dead letter")
    (message,) = sqs.receive_message(QueueUrl=stack.outputs["Undelivered"], MessageAttributeNames=["All"])["Messages"]
    event = json.loads(message["Body"])
    assert (event["detail-type"], event["detail"]) == ("Wanted", {"id": "undelivered"})
    assert message["MessageAttributes"]["ERROR_CODE"]["StringValue"] == "NO_RESOURCE"
    assert heard(stack) == {}


def test_a_poison_message_dies_alone_and_comes_back_when_it_is_cured(stack: Deployed) -> None:
    happen(stack, "bad", detail=json.dumps({"id": "bad", "poison": "arsenic"}))
    happen(stack, "good")
    stack.account.until(lambda: waiting(stack, "Dead"), "the dead letter")
    assert stack.account.until(lambda: heard(stack), "the good one").keys() == {"good"}
    cured = stack.account.deploy(chain(2, cures="arsenic"))
    assert cured.status == "UPDATE_COMPLETE", cured.failures()
    sqs = stack.account.client("sqs")
    sqs.start_message_move_task(SourceArn=stack.outputs["DeadArn"])
    assert stack.account.until(lambda: heard(stack).get("bad"), "the cured message")["attempt"] == "1"
    (task,) = sqs.list_message_move_tasks(SourceArn=stack.outputs["DeadArn"])["Results"]
    assert (task["Status"], task["ApproximateNumberOfMessagesMoved"]) == ("COMPLETED", 1)
    assert waiting(stack, "Dead") == 0


def test_dead_letters_can_be_sent_elsewhere(stack: Deployed) -> None:
    sqs = stack.account.client("sqs")
    sqs.send_message(QueueUrl=stack.outputs["Dead"], MessageBody="{}")  # by hand: from nowhere that it could go back to
    sqs.start_message_move_task(SourceArn=stack.outputs["DeadArn"])
    assert waiting(stack, "Dead") == 1
    elsewhere = sqs.create_queue(QueueName="elsewhere")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=elsewhere, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sqs.start_message_move_task(SourceArn=stack.outputs["DeadArn"], DestinationArn=arn)
    assert waiting(stack, "Dead") == 0
    assert sqs.receive_message(QueueUrl=elsewhere)["Messages"][0]["Body"] == "{}"


@pytest.mark.parametrize(
    ("source", "code"), [("Queue", "InvalidParameterValue"), ("nowhere", "ResourceNotFoundException")]
)
def test_only_dead_letters_can_be_moved(stack: Deployed, source: str, code: str) -> None:
    arn = stack.outputs["QueueArn"] if source == "Queue" else f"{stack.outputs['QueueArn']}-of-old"
    with pytest.raises(ClientError) as refused:
        stack.account.client("sqs").start_message_move_task(SourceArn=arn)
    assert refused.value.response["Error"]["Code"] == code


def test_a_pipe_with_what_is_not_rehearsed_fails_its_stack(account: Account) -> None:
    whole = chain()
    whole["Resources"]["Pipe"] = pipe(InputTemplate="<$.dynamodb.NewImage.list.L[*].S>")
    done = account.deploy(whole)
    assert done.status == "ROLLBACK_COMPLETE"
    assert any("is not rehearsed" in failure for failure in done.failures()), done.failures()
