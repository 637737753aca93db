"""Which grants of a role that people take on are on what is the caller's own."""

from typing import Any

import pytest

from pipeline.gates.guard.facts.holders import Grant
from pipeline.gates.guard.facts.sessions import is_on_the_callers_own, is_taken_on_by_people
from pipeline.gates.guard.facts.statements import Statement
from pipeline.gates.guard.resource import Resource
from tests.unit.pipeline.gates.guard.templates import resource

TAG, SUB = "${aws:PrincipalTag/customer}", "${cognito-identity.amazonaws.com:sub}"


def grant(action: str, on: str, **conditions: Any) -> Grant:
    asked = {operator.replace("_", ":"): keys for operator, keys in conditions.items()}
    return Grant(action, on, Statement({"Effect": "Allow", "Condition": asked}))


@pytest.mark.parametrize(
    "own",
    [
        grant("s3:putobject", f"arn:aws:s3:::b/claims/{TAG}/*"),
        grant("s3:getobject", f"arn:aws:s3:::b/{SUB}/*"),
        grant("s3:getobject", "arn:aws:s3:::b/${!aws:PrincipalTag/customer}.jpg"),
        grant("s3:listbucket", "arn:aws:s3:::b", StringLike={"s3:prefix": f"claims/{TAG}/*"}),
        grant("s3:listbucket", "arn:aws:s3:::b", StringEquals={"s3:prefix": [f"{TAG}/a", f"{TAG}/b"]}),
        grant("dynamodb:query", "table", ForAllValues_StringEquals={"dynamodb:LeadingKeys": [SUB]}),
        grant("kms:decrypt", "key", StringEquals={"kms:ViaService": "s3.eu-west-1.amazonaws.com"}),
        grant("execute-api:invoke", "arn:aws:execute-api:eu-west-1:1:api/prod/GET/v1/orders"),
        grant("rum:putevents", "arn:aws:rum:eu-west-1:1:appmonitor/shop"),
    ],
)
def test_a_thing_or_a_condition_names_the_caller(own: Grant) -> None:
    assert is_on_the_callers_own(own)


@pytest.mark.parametrize(
    "everybodys",
    [
        grant("s3:listbucket", "${Claims.Arn}"),
        grant("s3:getobject", "${Claims.Arn}/claims/*"),
        grant("s3:getobject", f"arn:aws:s3:::b/claims/{TAG}*"),
        grant("s3:getobject", "arn:aws:s3:::b/${aws:SourceIp}/*"),
        grant("s3:getobject", "arn:aws:s3:::b/${aws:PrincipalTag/customer, 'none'}/*"),
        grant("s3:listbucket", "arn:aws:s3:::b", StringLike={"s3:prefix": ["", f"claims/{TAG}/*"]}),
        grant("s3:listbucket", "arn:aws:s3:::b", StringLikeIfExists={"s3:prefix": f"claims/{TAG}/*"}),
        grant("s3:listbucket", "arn:aws:s3:::b", StringNotLike={"s3:prefix": f"claims/{TAG}/*"}),
        grant("dynamodb:batchgetitem", "table", ForAnyValue_StringEquals={"dynamodb:LeadingKeys": [SUB]}),
        grant("dynamodb:scan", "table", ForAllValues_StringEquals={"dynamodb:LeadingKeys": [SUB]}),
        grant("dynamodb:*", "table", ForAllValues_StringEquals={"dynamodb:LeadingKeys": [SUB]}),
        grant("kms:decrypt", "key"),
        grant("s3:getobject", "b/*", StringEquals={"kms:ViaService": "s3.eu-west-1.amazonaws.com"}),
        grant("rum:*", "arn:aws:rum:eu-west-1:1:appmonitor/shop"),
    ],
)
def test_anything_else_is_everybodys(everybodys: Grant) -> None:
    assert not is_on_the_callers_own(everybodys)


@pytest.mark.parametrize(
    ("principal", "people"),
    [
        ({"Federated": "cognito-identity.amazonaws.com"}, True),
        ({"Federated": ["cognito-identity.amazonaws.com"]}, True),
        ({"Service": "cognito-idp.amazonaws.com"}, False),
        ({"Federated": "token.actions.githubusercontent.com"}, False),
        ({"Service": "lambda.amazonaws.com"}, False),
    ],
)
def test_people_take_on_what_trusts_the_identity_pools(principal: Any, people: bool) -> None:
    trust = {"Statement": [{"Effect": "Allow", "Principal": principal}]}
    body = resource("IAM::Role", AssumeRolePolicyDocument=trust)
    assert is_taken_on_by_people(Resource("prod", "prod/orders", "It", body["Type"], body)) is people
