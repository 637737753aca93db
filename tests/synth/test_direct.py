"""Operations that no function answers, as synthesized: what the gateway writes, where, as whom, and what it answers."""

import json
from urllib.parse import parse_qs

from pipeline.plan.delivery import DELIVERY
from tests.synth.reading import Json, Template
from tests.synth.test_api import CONTRACT, promised, routes
from tests.synth.test_service import granted, named
from tests.synth.test_workers import queue

ROUTE = "POST /webhooks/payment-provider"
ACCOUNTS = {stage.name: stage.environment.account for stage in DELIVERY.stages}


def integration(template: Template) -> Json:
    return routes(template)[ROUTE]["Integration"]


def test_the_gateway_writes_into_the_queue_of_the_worker(template: Template, stage: str) -> None:
    assert [route for route, one in promised().items() if "x-queue" in one] == [ROUTE]
    found = integration(template)
    assert (found["Type"], found["IntegrationHttpMethod"]) == ("AWS", "POST")
    waiting = queue(template, stage, "webhooks").name
    account = ACCOUNTS[stage]
    assert template.said(found["Uri"]).endswith(f":sqs:path/{account}/${{{waiting}.QueueName}}")


def test_the_body_goes_as_it_came_and_no_caller_writes_what_is_beside_it(template: Template) -> None:
    found = integration(template)
    ((media_type, text),) = found["RequestTemplates"].items()
    assert media_type == "application/json"
    form = {name: value for name, (value,) in parse_qs(text).items()}
    assert (form.pop("Action"), form.pop("MessageBody")) == ("SendMessage", "$util.urlEncode($input.body)")
    beside = {
        form[f"MessageAttribute.{number}.Name"]: (
            form[f"MessageAttribute.{number}.Value.DataType"],
            form[f"MessageAttribute.{number}.Value.StringValue"],
        )
        for number in (1, 2, 3)
    }
    assert len(form) == 9
    assert beside == {
        "signature": ("String", "$util.urlEncode($input.params('X-Provider-Signature'))"),
        "received_at": ("Number", "$context.requestTimeEpoch"),
        "request_id": ("String", "$context.requestId"),
    }
    assert found["RequestParameters"] == {
        "integration.request.header.Content-Type": "'application/x-www-form-urlencoded'"
    }
    assert found["PassthroughBehavior"] == "NEVER"


def test_the_gateway_may_do_exactly_this(template: Template, stage: str) -> None:
    role, _ = integration(template)["Credentials"]["Fn::GetAtt"]
    assumed = template.resources[role]["AssumeRolePolicyDocument"]["Statement"]
    assert [each["Principal"] for each in assumed] == [{"Service": "apigateway.amazonaws.com"}]
    key = named(template)["DataKey"]
    assert granted(template, role) == {
        f"${{{queue(template, stage, 'webhooks').name}.Arn}}": ["sqs:SendMessage"],
        f"${{{key}.Arn}} via sqs.{template.region}.amazonaws.com": ["kms:Decrypt", "kms:GenerateDataKey"],
    }


def test_only_what_the_queue_took_is_taken(template: Template) -> None:
    answers = {each["StatusCode"]: each for each in integration(template)["IntegrationResponses"]}
    assert {status: each.get("SelectionPattern") for status, each in answers.items()} == {
        "202": "2\\d{2}",
        "400": "400",
        "503": None,
    }
    assert answers["202"]["ResponseTemplates"] == {"application/json": ""}
    required = set(CONTRACT["components"]["schemas"]["Problem"]["required"])
    for status in ("400", "503"):
        assert set(json.loads(answers[status]["ResponseTemplates"]["application/json"])) == required
        said = answers[status]["ResponseParameters"]["method.response.header.Content-Type"]
        assert said == "'application/problem+json'"
    declared = {each["StatusCode"]: each["ResponseParameters"] for each in routes(template)[ROUTE]["MethodResponses"]}
    for status, each in answers.items():
        assert status in promised()[ROUTE]["responses"]
        assert set(each["ResponseParameters"]) == set(declared[status])


def test_the_worker_reads_the_one_key_and_settles_orders(template: Template) -> None:
    worker = template.named("AWS::Lambda::Function", Handler="api.handlers.webhooks.handler")
    role, _ = worker["Role"]["Fn::GetAtt"]
    allowed = granted(template, role)
    names = named(template)
    assert allowed[f"${{{names['DataProviderSecret']}}}"] == ["secretsmanager:GetSecretValue"]
    assert allowed[f"${{{names['DataTable']}.Arn}}/index/GSI1"] == ["dynamodb:Query"]
    assert allowed[f"${{{names['DataTable']}.Arn}}"] == [
        f"dynamodb:{action}" for action in ("DeleteItem", "GetItem", "PutItem", "Query", "UpdateItem")
    ]
    assert not any("Idempotency" in resource or "Cursor" in resource for resource in allowed)


def test_nobody_but_the_worker_and_those_who_pay_reads_the_providers_key_in_prod(prod: Template) -> None:
    secret = f"${{{named(prod)['DataProviderSecret']}}}"
    readers = {role.name for role in prod.all("AWS::IAM::Role") if secret in granted(prod, role.name)}
    assert {reader.partition("Role")[0] for reader in readers} == {"Orders", "Payments", "Webhooks"}
