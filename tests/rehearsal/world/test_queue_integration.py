"""Methods that write into a queue without a function.

Sources: API Gateway Developer Guide, "Mapping template and access logging variable reference" and "Parameter mapping
examples"; SQS API reference, SendMessage.
"""

import json
import time

import pytest

from tests.rehearsal.world.account import Account, Deployed
from tests.rehearsal.world.templates import URL, Part, api, att, ref, released, resource, role, template

pytestmark = pytest.mark.emulator

TEMPLATE = (
    "Action=SendMessage&MessageBody=$util.urlEncode($input.body)"
    "&MessageAttribute.1.Name=signature&MessageAttribute.1.Value.DataType=String"
    "&MessageAttribute.1.Value.StringValue=$util.urlEncode($input.params('X-Signature'))"
    "&MessageAttribute.2.Name=at&MessageAttribute.2.Value.DataType=Number"
    "&MessageAttribute.2.Value.StringValue=$context.requestTimeEpoch"
    "&MessageAttribute.3.Name=request&MessageAttribute.3.Value.DataType=String"
    "&MessageAttribute.3.Value.StringValue=$context.requestId"
    "&MessageAttribute.4.Name=source&MessageAttribute.4.Value.DataType=String"
    "&MessageAttribute.4.Value.StringValue=$context.identity.sourceIp"
)
PROBLEM = '{"instance": "$context.path", "id": "$context.requestId"}'
BODY = b'{"name": "T\xc3\xa9 & coffee = 100 %", "n": 1.0}\n'


def integration(queue: object) -> Part:
    uri = {"Fn::Sub": ["arn:aws:apigateway:${AWS::Region}:sqs:path/${AWS::AccountId}/${Name}", {"Name": queue}]}
    said = {"method.response.header.X-Id": "context.requestId", "method.response.header.Cache-Control": "'no-store'"}
    return {
        "Type": "AWS",
        "IntegrationHttpMethod": "POST",
        "Uri": uri,
        "Credentials": att("Gateway", "Arn"),
        "PassthroughBehavior": "NEVER",
        "RequestParameters": {
            "integration.request.header.Content-Type": "'application/x-www-form-urlencoded'",
        },
        "RequestTemplates": {"application/json": TEMPLATE},
        "IntegrationResponses": [
            {
                "StatusCode": "202",
                "SelectionPattern": "2\\d{2}",
                "ResponseParameters": said,
                "ResponseTemplates": {"application/json": ""},
            },
            {"StatusCode": "503", "ResponseParameters": said, "ResponseTemplates": {"application/json": PROBLEM}},
        ],
    }


def deployed(account: Account, queue: object) -> Deployed:
    more = {"Queue": resource("SQS::Queue", QueueName="told"), "Gateway": role("apigateway.amazonaws.com")}
    parts = template({**released(1), **api({"Integration": integration(queue)}, more=more)}, ApiUrl=URL)
    done = account.deploy(parts)
    assert done.status == "CREATE_COMPLETE", done.failures()
    return done


@pytest.fixture
def url(account: Account) -> str:
    return deployed(account, att("Queue", "QueueName")).outputs["ApiUrl"]


def test_the_body_lies_in_the_queue_byte_for_byte_with_what_the_gateway_knows_beside_it(
    account: Account, url: str
) -> None:
    headers = {"Content-Type": "application/json; charset=utf-8", "X-SIGNATURE": "t=1,v1=a+b/c=="}
    answer = account.call(url + "things", method="POST", headers=headers, body=BODY)
    assert (answer.status, answer.body, answer.headers["cache-control"]) == (202, "", "no-store")
    sqs = account.client("sqs")
    queue = sqs.get_queue_url(QueueName="told")["QueueUrl"]
    (message,) = sqs.receive_message(QueueUrl=queue, MessageAttributeNames=["All"])["Messages"]
    assert message["Body"].encode() == BODY
    beside = {name: each["StringValue"] for name, each in message["MessageAttributes"].items()}
    assert beside["signature"] == "t=1,v1=a+b/c=="
    assert abs(int(beside["at"]) / 1000 - time.time()) < 60
    assert beside["request"] == answer.headers["x-id"] == answer.headers["x-amzn-requestid"]
    assert beside["source"] == "127.0.0.1"


def test_another_media_type_is_refused_and_nothing_is_sent(account: Account, url: str) -> None:
    answer = account.call(url + "things", method="POST", headers={"Content-Type": "text/plain"}, body=BODY)
    assert answer.status == 415
    sqs = account.client("sqs")
    found = sqs.receive_message(QueueUrl=sqs.get_queue_url(QueueName="told")["QueueUrl"])
    assert "Messages" not in found


def test_a_queue_that_takes_nothing_is_told_by_the_answer_that_has_no_pattern(account: Account) -> None:
    url = deployed(account, "no-such-queue").outputs["ApiUrl"]
    answer = account.call(url + "things", method="POST", headers={"X-Signature": "s"}, body={"a": 1})
    assert answer.status == 503
    assert json.loads(answer.body) == {"instance": "/prod/things", "id": answer.headers["x-id"]}


def test_what_is_sent_is_measured_by_its_route(account: Account, url: str) -> None:
    account.call(url + "things", method="POST", headers={"X-Signature": "s"}, body={"a": 1})

    def latency() -> bool:
        wanted = [{"Name": "ApiName", "Value": "orders"}]
        found = account.client("cloudwatch").list_metrics(
            Namespace="AWS/ApiGateway", MetricName="IntegrationLatency", Dimensions=wanted
        )
        return bool(found["Metrics"])

    assert account.until(latency, "the metric")
    assert ref("Api")
