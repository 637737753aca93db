"""What the template has for partners: scopes, their door, the plans, the role that sees one of them, and rotation."""

import json

import pytest

from tests.synth.reading import Json, Resource, Template
from tests.synth.test_api import promised, routes
from tests.synth.test_service import function, granted, role_of, statements

PARTNER_ROUTES = {
    "GET /partner/v1/orders",
    "POST /partner/v1/orders",
    "GET /partner/v1/orders/{id}",
    "GET /partner/v1/usage",
}


def named(template: Template, kind: str, start: str) -> Resource:
    (found,) = [each for each in template.all(kind) if each.name.startswith(start)]
    return found


def test_machines_can_ask_for_just_these_scopes(template: Template) -> None:
    server = template.named("AWS::Cognito::UserPoolResourceServer", Identifier="partner")
    pool = template.one("AWS::Cognito::UserPool").name
    assert server["UserPoolId"] == {"Ref": pool}
    assert [scope["ScopeName"] for scope in server["Scopes"]] == ["orders.read", "orders.write"]


def test_tokens_are_fetched_at_a_domain_of_the_stages_own(template: Template, stage: str) -> None:
    domain = template.one("AWS::Cognito::UserPoolDomain")["Domain"]
    assert domain.startswith(f"orders-{stage}-")
    url = template.document["Outputs"]["TokenUrl"]["Value"]
    assert url == f"https://{domain}.auth.{template.region}.amazoncognito.com/oauth2/token"


def test_no_partner_is_in_the_template(template: Template) -> None:
    (client,) = template.all("AWS::Cognito::UserPoolClient")
    assert client["AllowedOAuthFlowsUserPoolClient"] is False
    assert template.all("AWS::ApiGateway::ApiKey") == []


PLANS = {
    "basic": {"rate": 100, "burst": 200, "day": 10_000},
    "premium": {"rate": 500, "burst": 1_000, "day": 100_000},
    "enterprise": {"rate": 2_000, "burst": 5_000, "day": 1_000_000},
}


def test_the_plans_are_exactly_these(template: Template, stage: str) -> None:
    api, deployed = template.one("AWS::ApiGateway::RestApi").name, template.one("AWS::ApiGateway::Stage").name
    plans = {each["UsagePlanName"]: each for each in template.all("AWS::ApiGateway::UsagePlan")}
    assert set(plans) == {f"orders-{stage}-{tier}" for tier in PLANS}
    for tier, limits in PLANS.items():
        plan = plans[f"orders-{stage}-{tier}"]
        assert plan["Throttle"] == {"RateLimit": limits["rate"], "BurstLimit": limits["burst"]}
        assert plan["Quota"] == {"Limit": limits["day"], "Period": "DAY"}
        assert plan["ApiStages"] == [{"ApiId": {"Ref": api}, "Stage": {"Ref": deployed}, "Throttle": {}}]


def test_the_outputs_say_which_plan_is_which(template: Template) -> None:
    said = template.said(template.document["Outputs"]["UsagePlans"]["Value"])
    assert [each.split("=")[0] for each in said.split(",")] == list(PLANS)


def authorizer(template: Template) -> Resource:
    return template.named("AWS::ApiGateway::Authorizer", Type="REQUEST")


def test_the_door_of_partners_asks_their_function_by_both_headers_and_keeps_its_answer(template: Template) -> None:
    door = authorizer(template)
    assert door["IdentitySource"] == "method.request.header.Authorization,method.request.header.X-Api-Key"
    assert door["AuthorizerResultTtlInSeconds"] == 300
    alias = named(template, "AWS::Lambda::Alias", "Authorizer")
    assert door["AuthorizerUri"]["Fn::Join"][1][-2:] == [{"Ref": alias.name}, "/invocations"]


def test_partners_come_in_by_their_door_alone_and_their_plan_counts(template: Template) -> None:
    asked = {
        route: (method["AuthorizationType"], method["AuthorizerId"], method["ApiKeyRequired"])
        for route, method in routes(template).items()
        if any("partner" in each for each in promised()[route]["security"])
    }
    assert set(asked) == PARTNER_ROUTES
    assert set(map(json.dumps, asked.values())) == {json.dumps(("CUSTOM", {"Ref": authorizer(template).name}, True))}
    keyed = {route for route, method in routes(template).items() if method.properties.get("ApiKeyRequired")}
    assert keyed == PARTNER_ROUTES


def test_the_key_is_the_one_that_the_authorizer_names(template: Template) -> None:
    source = template.one("AWS::ApiGateway::RestApi")["ApiKeySourceType"]
    assert source == "AUTHORIZER"


def conditions(template: Template, role: str) -> list[tuple[list[str], Json]]:
    """The actions on the table that have a condition on its keys."""
    return [
        (each["Action"] if isinstance(each["Action"], list) else [each["Action"]], each["Condition"])
        for each in statements(template, role)
        if "dynamodb:LeadingKeys" in json.dumps(each.get("Condition", {}))
    ]


def test_the_function_may_not_query_any_partners_list(template: Template) -> None:
    role = role_of(function(template, "partners"))
    orders = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["ORD#*"]}}
    assert conditions(template, role) == [(["dynamodb:Query"], orders)]
    queries = [each for each in statements(template, role) if "dynamodb:Query" in each["Action"]]
    assert len(queries) == 1


def test_a_session_reads_the_orders_of_the_partner_in_its_tag_alone(template: Template, stage: str) -> None:
    role = named(template, "AWS::IAM::Role", "PartnerData")
    assert role["RoleName"] == f"orders-{stage}-partner-data"
    own = {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["PARTNER#${aws:PrincipalTag/partner}"]}}
    assert conditions(template, role.name) == [(["dynamodb:Query"], own)]
    actions = {action for each in granted(template, role.name).values() for action in each}
    assert actions == {"dynamodb:Query", "kms:Decrypt", "kms:DescribeKey"}


def test_only_the_function_may_have_such_a_session_and_only_with_that_tag(template: Template) -> None:
    role = named(template, "AWS::IAM::Role", "PartnerData")
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    function_role = role_of(function(template, "partners"))
    assert trust["Principal"] == {"AWS": {"Fn::GetAtt": [function_role, "Arn"]}}
    assert sorted(trust["Action"]) == ["sts:AssumeRole", "sts:TagSession"]
    assert trust["Condition"] == {
        "StringLike": {"aws:RequestTag/partner": "?*"},
        "ForAllValues:StringEquals": {"aws:TagKeys": ["partner"]},
    }
    told = function(template, "partners")["Environment"]["Variables"]["PARTNER_ROLE_ARN"]
    assert told.endswith(f":role/{role['RoleName']}")
    assert granted(template, function_role)[told] == ["sts:AssumeRole", "sts:TagSession"]


def test_the_authorizer_may_find_partners_and_nothing_else(template: Template) -> None:
    role = role_of(function(template, "authorizer"))
    actions = {action for each in granted(template, role).values() for action in each}
    assert actions == {
        "dynamodb:Query",
        "kms:Decrypt",
        "kms:DescribeKey",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "xray:PutTelemetryRecords",
        "xray:PutTraceSegments",
    }
    (query,) = [each for each in statements(template, role) if each["Action"] == "dynamodb:Query"]
    assert template.said(query["Resource"]).endswith("/index/GSI1")


def test_the_rotation_reaches_partners_secrets_and_keys_alone(template: Template, stage: str) -> None:
    allowed = granted(template, role_of(function(template, "rotation")))
    (secrets,) = [where for where in allowed if ":secretsmanager:" in where]
    assert secrets.endswith(f":secret:orders-{stage}/partner/*")
    assert sorted(allowed[secrets]) == [
        f"secretsmanager:{action}"
        for action in ("DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage")
    ]
    gateway = {where.partition("::")[2]: sorted(allowed[where]) for where in allowed if ":apigateway:" in where}
    makes, removes = ["apigateway:GET", "apigateway:POST"], ["apigateway:DELETE", "apigateway:GET"]
    assert gateway == {
        "/apikeys": makes,
        "/usageplans/*/keys": makes,
        "/apikeys/*": removes,
        "/usageplans/*/keys/*": removes,
    }
    table = named(template, "AWS::DynamoDB::Table", "DataTable").name
    assert sorted(allowed[f"${{{table}.Arn}}"]) == ["dynamodb:GetItem", "dynamodb:UpdateItem"]


def test_secrets_manager_calls_the_rotation_for_partners_secrets_of_this_account(template: Template) -> None:
    (permission,) = [
        each
        for each in template.all("AWS::Lambda::Permission")
        if each["Principal"] == "secretsmanager.amazonaws.com" and each["FunctionName"]["Ref"].startswith("Rotation")
    ]
    account = permission["SourceAccount"]
    assert f":{account}:secret:orders-" in permission["SourceArn"]


def test_a_tester_takes_on_partners_of_its_own_alone(template: Template, stage: str) -> None:
    testers = [each for each in template.all("AWS::IAM::Role") if "-tester" in str(each.properties.get("RoleName"))]
    if stage == "prod":
        assert testers == []
        return
    (tester,) = testers
    assert conditions(template, tester.name) == [
        (["dynamodb:DeleteItem", "dynamodb:PutItem"], {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": [own]}})
        for own in ("PARTNER#gate-*", "CARRIER#*")
    ]


@pytest.mark.parametrize(("response", "seconds"), [("THROTTLED", "'1'"), ("QUOTA_EXCEEDED", "'3600'")])
def test_over_a_limit_says_when_to_come_again(template: Template, response: str, seconds: str) -> None:
    answer = template.named("AWS::ApiGateway::GatewayResponse", ResponseType=response)
    assert answer["StatusCode"] == "429"
    assert answer["ResponseParameters"]["gatewayresponse.header.Retry-After"] == seconds
