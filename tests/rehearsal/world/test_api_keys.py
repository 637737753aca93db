"""Partners' keys: a Lambda authorizer lets them in, and its usage plan counts. Sources: API Gateway Developer Guide,
"Use API Gateway Lambda authorizers", "Choose an API key source" and "Usage plans and API keys for REST APIs".
"""

from typing import Any

import pytest

from tests.rehearsal.world.account import Account, Answer, Deployed
from tests.rehearsal.world.templates import ECHO, URL, Part, api, ref, released, resource, template

pytestmark = pytest.mark.emulator

AUTHORIZER = """
CALLS = []
def handler(event, context):
    CALLS.append(event)
    who = event["headers"]["authorization"]
    if who == "nobody":
        raise Exception("Unauthorized")
    api, stage, *_ = event["methodArn"].split("/")
    every, method = f"{api}/{stage}/*", event["methodArn"]
    statement = {"Action": "execute-api:Invoke", "Effect": "Deny" if who == "blocked" else "Allow",
                 "Resource": method if who == "narrow" else every}
    return {"principalId": who, "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
            "context": {"calls": len(CALLS)}, "usageIdentifierKey": event["headers"]["x-key"]}
"""
SOURCES = "method.request.header.Authorization, method.request.header.X-Key"


def key_of(account: Account) -> str:
    """A key of this account alone: ministack looks for a key's value in all accounts."""
    return f"a-key-of-the-account-{account.number}"


def guarded(key: str, source: str = "AUTHORIZER", **plan: Any) -> dict[str, Part]:
    """An API whose methods want a key, a plan of its stage, and a key in the plan."""
    door = {name.replace("Function", "Door"): part for name, part in released(1, AUTHORIZER).items()}
    uri = {
        "Fn::Sub": "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Door.Arn}/invocations",
    }
    authorizer = resource(
        "ApiGateway::Authorizer",
        RestApiId=ref("Api"),
        Name="partners",
        Type="REQUEST",
        IdentitySource=SOURCES,
        AuthorizerUri=uri,
        AuthorizerResultTtlInSeconds=300,
    )
    method = {"AuthorizationType": "CUSTOM", "AuthorizerId": ref("Authorizer"), "ApiKeyRequired": True}
    made = {**released(1, ECHO), **api(method, more={"Authorizer": authorizer})}
    made["Api"]["Properties"]["ApiKeySourceType"] = source
    stages = [{"ApiId": ref("Api"), "Stage": ref("Stage")}]
    return {
        **made,
        "Door": {**door["Door"]},
        "Plan": resource("ApiGateway::UsagePlan", ApiStages=stages, **plan),
        "Key": resource("ApiGateway::ApiKey", Value=key, Enabled=True),
        "Member": resource("ApiGateway::UsagePlanKey", KeyId=ref("Key"), KeyType="API_KEY", UsagePlanId=ref("Plan")),
    }


def deployed(account: Account, source: str = "AUTHORIZER", **plan: Any) -> Deployed:
    done = account.deploy(template(guarded(key_of(account), source, **plan), ApiUrl=URL))
    assert done.status == "CREATE_COMPLETE", done.failures()
    return done


def ask(stack: Deployed, who: str = "acme", key: str | None = None, path: str = "x", **headers: str) -> Answer:
    given = {"Authorization": who, "X-Key": key or key_of(stack.account), **headers}
    return stack.account.call(stack.outputs["ApiUrl"] + path, headers=given)


def test_the_key_that_the_authorizer_names_opens_the_method_and_stays_with_the_gateway(account: Account) -> None:
    answer = ask(deployed(account))
    assert answer.status == 200
    assert answer.json["event"]["requestContext"]["authorizer"] == {"principalId": "acme", "calls": "1"}


def test_a_key_that_no_plan_knows_is_forbidden_whatever_the_client_sends(account: Account) -> None:
    stack = deployed(account)
    assert ask(stack, key="no-key-that-anybody-was-given", **{"X-Api-Key": key_of(account)}).status == 403


def test_with_the_source_header_the_clients_key_counts(account: Account) -> None:
    stack = deployed(account, source="HEADER")
    assert ask(stack).status == 403
    assert ask(stack, **{"X-Api-Key": key_of(account)}).status == 200


def test_the_answer_is_kept_by_all_identity_sources_and_for_all_routes(account: Account) -> None:
    stack = deployed(account)
    calls = [
        ask(stack, **asked).json["event"]["requestContext"]["authorizer"]["calls"]
        for asked in ({"path": "x"}, {"path": "y"}, {"who": "globex"}, {"path": "z"})
    ]
    assert calls == ["1", "1", "2", "1"]


def test_a_kept_policy_is_held_against_each_route_anew(account: Account) -> None:
    """The trap of a policy with the first request's method alone: the second route is refused."""
    stack = deployed(account)
    assert [ask(stack, "narrow", path=path).status for path in ("x", "y", "x")] == [200, 403, 200]


def test_who_is_not_let_in_is_told_in_the_status(account: Account) -> None:
    stack = deployed(account)
    assert ask(stack, "nobody").status == 401
    assert ask(stack, "blocked").status == 403
    assert stack.account.call(stack.outputs["ApiUrl"] + "x", headers={"Authorization": "acme"}).status == 401


def test_over_the_quota_is_too_many_and_the_count_is_told(account: Account) -> None:
    stack = deployed(account, Quota={"Limit": 2, "Period": "DAY"})
    assert [ask(stack).status for _ in range(4)] == [200, 200, 429, 429]
    day = "2026-11-23"
    asked = {"usagePlanId": stack.physical("Plan"), "keyId": stack.physical("Key"), "startDate": day, "endDate": day}
    usage = account.client("apigateway").get_usage(**asked)
    assert usage["items"] == {stack.physical("Key"): [[2, 0]]}


def test_over_the_rate_is_too_many(account: Account) -> None:
    stack = deployed(account, Throttle={"RateLimit": 0.001, "BurstLimit": 1})
    assert [ask(stack).status for _ in range(2)] == [200, 429]
