"""REST APIs. Sources: API Gateway Developer Guide, the sections that each test names."""

import base64
import json
import time
from collections.abc import Mapping
from typing import TypedDict

import pytest

from tests.rehearsal.world.account import Account, Answer, Deployed
from tests.rehearsal.world.templates import ECHO, URL, Part, api, att, ref, released, resource, template

pytestmark = pytest.mark.emulator

PASSWORD = "Correct-horse-7"
SCOPE = "aws.cognito.signin.user.admin"


def deployed(
    account: Account,
    code: str = ECHO,
    *,
    method: Mapping[str, object] | None = None,
    more: Mapping[str, Part] | None = None,
) -> Deployed:
    done = account.deploy(template({**released(1, code), **api(method, more=more)}, ApiUrl=URL))
    assert done.status == "CREATE_COMPLETE", done.failures()
    return done


def test_a_function_gets_the_event_that_aws_sends(account: Account) -> None:
    """Section "Input format of a Lambda function for proxy integration"."""
    url = deployed(account).outputs["ApiUrl"]
    event = account.call(url + "a/b?x=1&x=2", headers={"X-Test": "yes"}).json["event"]
    api_id = url.split("//")[1].split(".")[0]
    assert {name: event[name] for name in ("resource", "path", "httpMethod", "pathParameters", "body")} == {
        "resource": "/{proxy+}",
        "path": "/a/b",
        "httpMethod": "GET",
        "pathParameters": {"proxy": "a/b"},
        "body": None,
    }
    assert event["multiValueQueryStringParameters"] == {"x": ["1", "2"]}
    assert "version" not in event
    assert event["headers"]["host"] == f"{api_id}.execute-api.eu-west-1.amazonaws.com"
    assert event["headers"]["x-forwarded-proto"] == "https"
    context = event["requestContext"]
    assert context["domainName"] == f"{api_id}.execute-api.eu-west-1.amazonaws.com"
    assert (context["stage"], context["path"], context["accountId"]) == ("prod", "/prod/a/b", account.number)
    assert context["identity"]["sourceIp"] == "127.0.0.1"
    assert context["identity"]["cognitoIdentityId"] is None


def test_a_path_reaches_the_function_as_it_was_sent_and_its_parameters_decoded(account: Account) -> None:
    """An escaped slash parts nothing: what is behind it belongs to the same parameter."""
    thing = resource("ApiGateway::Resource", RestApiId=ref("Api"), ParentId=ref("Things"), PathPart="{name}")
    get = {
        **api()["Any"],
        "Properties": {**api()["Any"]["Properties"], "ResourceId": ref("Thing"), "HttpMethod": "GET"},
    }
    url = deployed(account, more={"Thing": thing, "Get": get}).outputs["ApiUrl"]
    event = account.call(url + "things/a%2Fb%20%C3%B6").json["event"]
    sent = "/things/a%2Fb%20%C3%B6"
    assert (event["path"], event["requestContext"]["path"]) == (sent, f"/prod{sent}")
    assert (event["resource"], event["pathParameters"]) == ("/things/{name}", {"name": "a/b ö"})


def test_the_answers_request_id_is_the_one_the_function_saw(account: Account) -> None:
    answer = account.call(deployed(account).outputs["ApiUrl"] + "x")
    assert answer.headers["x-amzn-requestid"] == answer.json["event"]["requestContext"]["requestId"]


@pytest.mark.parametrize(
    "returned",
    ['"just text"', '{"body": "no status"}', '{"statusCode": 200, "body": {"an": "object"}}', '{"statusCode": "ok"}'],
)
def test_a_malformed_answer_of_a_function_is_a_bad_gateway(account: Account, returned: str) -> None:
    """Section "Output format of a Lambda function for proxy integration": a different format is a 502."""
    code = f"import json\ndef handler(event, context):\n    return json.loads('''{returned}''')\n"
    answer = account.call(deployed(account, code).outputs["ApiUrl"] + "x")
    assert (answer.status, answer.json) == (502, {"message": "Internal server error"})


def test_a_function_that_raises_is_a_bad_gateway_that_tells_nothing(account: Account) -> None:
    code = "def handler(event, context):\n    raise RuntimeError('secret detail')\n"
    answer = account.call(deployed(account, code).outputs["ApiUrl"] + "x")
    assert (answer.status, answer.json) == (502, {"message": "Internal server error"})


def test_a_path_that_the_api_does_not_have_is_forbidden(account: Account) -> None:
    """Section "Gateway response types", MISSING_AUTHENTICATION_TOKEN: an unsupported method or resource."""
    answer = account.call(deployed(account).outputs["ApiUrl"].rstrip("/"))
    assert (answer.status, answer.json) == (403, {"message": "Missing Authentication Token"})


MODEL = resource(
    "ApiGateway::Model",
    RestApiId=ref("Api"),
    ContentType="application/json",
    Schema={"type": "object", "required": ["sku"], "properties": {"sku": {"type": "string"}}},
)
VALIDATED = {
    "Model": MODEL,
    "Validator": resource(
        "ApiGateway::RequestValidator", RestApiId=ref("Api"), ValidateRequestBody=True, ValidateRequestParameters=True
    ),
}
CHECKED = {
    "RequestValidatorId": ref("Validator"),
    "RequestModels": {"application/json": ref("Model")},
    "RequestParameters": {"method.request.querystring.page": True},
}


def test_a_body_that_breaks_the_model_never_reaches_the_function(account: Account) -> None:
    """Section "Request validation for REST APIs"."""
    url = deployed(account, method=CHECKED, more=VALIDATED).outputs["ApiUrl"]
    bad = account.call(url + "things?page=1", method="POST", body={"sku": 5})
    good = account.call(url + "things?page=1", method="POST", body={"sku": "A-1"})
    assert (bad.status, bad.json, good.status) == (400, {"message": "Invalid request body"}, 200)


def test_a_required_parameter_that_is_missing_is_named(account: Account) -> None:
    url = deployed(account, method=CHECKED, more=VALIDATED).outputs["ApiUrl"]
    answer = account.call(url + "things", method="POST", body={"sku": "A-1"})
    assert (answer.status, answer.json) == (400, {"message": "Missing required request parameters: [page]"})


def problem(response_type: str) -> Part:
    told = '"id":"$context.requestId","instance":"$context.path","method":"$context.httpMethod"'
    text = '{"title":$context.error.messageString,"status":"$context.error.responseType",' + told + "}"
    return resource(
        "ApiGateway::GatewayResponse",
        RestApiId=ref("Api"),
        ResponseType=response_type,
        ResponseParameters={"gatewayresponse.header.Content-Type": "'application/problem+json'"},
        ResponseTemplates={"application/json": text},
    )


def test_gateway_responses_speak_the_apis_own_language(account: Account) -> None:
    """Section "Set up a gateway response"; a failed function is under DEFAULT_5XX and keeps its 502."""
    code = "def handler(event, context):\n    raise RuntimeError\n"
    more = {"Problem4": problem("DEFAULT_4XX"), "Problem5": problem("DEFAULT_5XX")}
    url = deployed(account, code, more=more).outputs["ApiUrl"]
    forbidden, failed = account.call(url), account.call(url + "x")
    assert [(each.status, each.headers["content-type"]) for each in (forbidden, failed)] == [
        (403, "application/problem+json"),
        (502, "application/problem+json"),
    ]
    assert forbidden.json == {
        "title": "Missing Authentication Token",
        "status": "MISSING_AUTHENTICATION_TOKEN",
        "id": forbidden.headers["x-amzn-requestid"],
        "instance": "/prod/",
        "method": "GET",
    }


def test_a_request_that_is_too_large_is_answered_by_its_stage_too(account: Account) -> None:
    """Section "Gateway response types", REQUEST_TOO_LARGE: 10 MB are a quota of every REST API."""
    url = deployed(account, more={"Problem4": problem("DEFAULT_4XX")}).outputs["ApiUrl"]
    refused = account.call(url + "orders", method="POST", body=b"x" * (10 * 1024 * 1024 + 1))
    assert (refused.status, refused.headers["content-type"]) == (413, "application/problem+json")
    assert (refused.json["title"], refused.json["status"]) == ("Request Too Long", "REQUEST_TOO_LARGE")
    assert (refused.json["instance"], refused.json["method"]) == ("/prod/orders", "POST")


def test_a_slow_function_is_a_gateway_timeout(account: Account) -> None:
    """Section "Gateway response types", INTEGRATION_TIMEOUT."""
    code = "import time\ndef handler(event, context):\n    time.sleep(2)\n"
    uri = {"Fn::Sub": "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Live}/invocations"}
    short = {"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": uri, "TimeoutInMillis": 100}
    answer = account.call(deployed(account, code, method={"Integration": short}).outputs["ApiUrl"] + "x")
    assert (answer.status, answer.json) == (504, {"message": "Endpoint request timed out"})


def test_each_request_leaves_a_line_in_the_access_log(account: Account) -> None:
    """Section "Variables for access logging for API Gateway"."""
    wanted = '{"status":"$context.status","path":"$context.path","who":"$context.authorizer.claims.sub"}'
    logged = resource(
        "ApiGateway::Stage",
        RestApiId=ref("Api"),
        DeploymentId=ref("Deployment"),
        StageName="prod",
        AccessLogSetting={"DestinationArn": att("Log", "Arn"), "Format": wanted},
    )
    log = resource("Logs::LogGroup", LogGroupName="access")
    account.call(deployed(account, more={"Log": log, "Stage": logged}).outputs["ApiUrl"] + "x")
    events = account.client("logs").filter_log_events(logGroupName="access")["events"]
    assert [event["message"] for event in events] == ['{"status":"200","path":"/prod/x","who":"-"}']


def test_the_access_log_knows_the_caller(account: Account) -> None:
    """Section as above, $context.authorizer.claims.property."""
    guard = guarded()
    wanted = "$context.authorizer.claims.sub $context.resourcePath"
    guard["more"]["Log"] = resource("Logs::LogGroup", LogGroupName="access")
    guard["more"]["Stage"] = resource(
        "ApiGateway::Stage",
        RestApiId=ref("Api"),
        DeploymentId=ref("Deployment"),
        StageName="prod",
        AccessLogSetting={"DestinationArn": att("Log", "Arn"), "Format": wanted},
    )
    stack = deployed(account, **guard)
    token = signed_in(stack)["IdToken"]
    assert with_token(stack, token).status == 200
    events = account.client("logs").filter_log_events(logGroupName="access")["events"]
    assert [event["message"] for event in events] == [f"{claims_of(token)['sub']} /{{proxy+}}"]


def test_an_api_counts_its_requests_and_failures(account: Account) -> None:
    """Section "Amazon API Gateway dimensions and metrics": ApiName and Stage."""
    url = deployed(account).outputs["ApiUrl"]
    account.call(url + "x")
    account.call(url)
    dimensions = [{"Name": "ApiName", "Value": "orders"}, {"Name": "Stage", "Value": "prod"}]
    world_now = account.world.status()["world"]
    sums = {
        name: account.client("cloudwatch").get_metric_statistics(
            Namespace="AWS/ApiGateway",
            MetricName=name,
            Dimensions=dimensions,
            StartTime=world_now - 7200,
            EndTime=world_now + 3600,
            Period=86400,
            Statistics=["Sum", "SampleCount"],
        )["Datapoints"]
        for name in ("Count", "4XXError", "5XXError", "Latency")
    }
    totals = {name: sum(point["Sum"] for point in points) for name, points in sums.items() if name != "Latency"}
    assert totals == {"Count": 2, "4XXError": 1, "5XXError": 0}
    assert sum(point["SampleCount"] for point in sums["Latency"]) == 2


# --- Cognito -------------------------------------------------------------------------------------------------------


def pool(prefix: str) -> dict[str, Part]:
    return {
        f"{prefix}Pool": resource("Cognito::UserPool"),
        f"{prefix}Client": resource(
            "Cognito::UserPoolClient",
            UserPoolId=ref(f"{prefix}Pool"),
            ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        ),
        f"{prefix}Group": resource("Cognito::UserPoolGroup", UserPoolId=ref(f"{prefix}Pool"), GroupName="ops"),
        f"{prefix}Staff": resource("Cognito::UserPoolGroup", UserPoolId=ref(f"{prefix}Pool"), GroupName="staff"),
    }


class Guard(TypedDict):
    """What `deployed` takes for methods that need a token."""

    method: dict[str, object]
    more: dict[str, Part]


def guarded(*scopes: str) -> Guard:
    authorizer = resource(
        "ApiGateway::Authorizer",
        RestApiId=ref("Api"),
        Name="users",
        Type="COGNITO_USER_POOLS",
        IdentitySource="method.request.header.Authorization",
        ProviderARNs=[att("OursPool", "Arn")],
    )
    method = {"AuthorizationType": "COGNITO_USER_POOLS", "AuthorizerId": ref("Authorizer")}
    more = {**pool("Ours"), **pool("Theirs"), "Authorizer": authorizer}
    return {"method": {**method, "AuthorizationScopes": list(scopes)}, "more": more}


def signed_in(stack: Deployed, prefix: str = "Ours") -> Mapping[str, str]:
    """A new user of the pool, in both groups: their tokens."""
    cognito = stack.account.client("cognito-idp")
    pool_id, client_id = stack.physical(f"{prefix}Pool"), stack.physical(f"{prefix}Client")
    cognito.admin_create_user(UserPoolId=pool_id, Username="ann", MessageAction="SUPPRESS")
    cognito.admin_set_user_password(UserPoolId=pool_id, Username="ann", Password=PASSWORD, Permanent=True)
    for group in ("ops", "staff"):
        cognito.admin_add_user_to_group(UserPoolId=pool_id, Username="ann", GroupName=group)
    found: Mapping[str, str] = cognito.admin_initiate_auth(
        UserPoolId=pool_id,
        ClientId=client_id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ann", "PASSWORD": PASSWORD},
    )["AuthenticationResult"]
    return found


def with_token(stack: Deployed, token: str | None) -> Answer:
    headers = {} if token is None else {"Authorization": token}
    return stack.account.call(stack.outputs["ApiUrl"] + "x", headers=headers)


def claims_of(token: str) -> dict[str, object]:
    part = token.split(".")[1]
    found: dict[str, object] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def test_a_users_claims_reach_the_function_as_text(account: Account) -> None:
    """As recorded from a real REST API: lists joined by commas, `exp` and `iat` as dates."""
    stack = deployed(account, **guarded(SCOPE))
    token = signed_in(stack)["AccessToken"]
    claims = with_token(stack, f"Bearer {token}").json["event"]["requestContext"]["authorizer"]["claims"]
    told = claims_of(token)
    assert all(isinstance(value, str) for value in claims.values())
    assert sorted(claims["cognito:groups"].split(",")) == ["ops", "staff"]
    assert (claims["sub"], claims["token_use"]) == (told["sub"], "access")
    assert claims["exp"] == time.strftime("%a %b %d %H:%M:%S UTC %Y", time.gmtime(int(str(told["exp"]))))


def test_without_scopes_only_an_id_token_opens_a_method_and_with_scopes_only_an_access_token(account: Account) -> None:
    """re:Post, "Troubleshoot 401 errors of a REST API with a Cognito authorizer"."""
    plain = deployed(account, **guarded())
    tokens = signed_in(plain)
    assert [with_token(plain, tokens[kind]).status for kind in ("IdToken", "AccessToken")] == [200, 401]
    guard = guarded(SCOPE)
    scoped = account.deploy(template({**released(1), **api(guard["method"], more=guard["more"])}, ApiUrl=URL))
    assert [with_token(scoped, tokens[kind]).status for kind in ("IdToken", "AccessToken")] == [401, 200]


def test_a_token_that_is_missing_forged_foreign_or_garbage_is_refused(account: Account) -> None:
    stack = deployed(account, **guarded())
    token = signed_in(stack)["IdToken"]
    head, body, signature = token.split(".")
    forged_claims = {**claims_of(token), "cognito:groups": ["admin"]}
    forged_body = base64.urlsafe_b64encode(json.dumps(forged_claims).encode()).decode().rstrip("=")
    unsigned_head = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    bad = {
        "missing": None,
        "garbage": "garbage",
        "forged": f"{head}.{forged_body}.{signature}",
        "unsigned": f"{unsigned_head}.{body}.",
        "foreign": signed_in(stack, "Theirs")["IdToken"],
    }
    assert {name: with_token(stack, value).status for name, value in bad.items()} == dict.fromkeys(bad, 401)
    assert with_token(stack, None).json == {"message": "Unauthorized"}


def test_an_expired_token_is_refused(account: Account) -> None:
    guard = guarded()
    client = guard["more"]["OursClient"]["Properties"]
    client |= {"IdTokenValidity": 1, "TokenValidityUnits": {"IdToken": "seconds"}}
    stack = deployed(account, **guard)
    token = signed_in(stack)["IdToken"]
    remaining = int(str(claims_of(token)["exp"])) - time.time()
    assert remaining <= 2, "the pool client's validity does not count"
    time.sleep(max(0.0, remaining) + 0.05)
    assert with_token(stack, token).status == 401
