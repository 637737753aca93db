"""The gateway as synthesized: every operation of the contract, asked, checked and answered as it promises."""

import json

import pytest

from pipeline.cloud.service.route_groups import AUTHORIZER, RENEWAL, ROTATION, ROUTE_GROUPS
from tests.support.promised import promise
from tests.synth.planned import settings
from tests.synth.reading import Json, Resource, Template

CONTRACT = promise()
METHODS = {"get", "put", "post", "delete", "patch"}


def promised() -> dict[str, Json]:
    """The contract's operations as `GET /v1/products`."""
    return {
        f"{method.upper()} {path}": operation
        for path, item in CONTRACT["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    }


def path_of(template: Template, resource: str) -> str:
    body = template.resources[resource]
    parent = body["ParentId"]
    above = path_of(template, parent["Ref"]) if "Ref" in parent else ""
    return f"{above}/{body['PathPart']}"


def routes(template: Template) -> dict[str, Resource]:
    """The template's methods as `GET /v1/products`, without browsers' preflights (tests/synth/test_browsers.py)."""
    return {
        f"{method['HttpMethod']} {path_of(template, method['ResourceId']['Ref'])}": method
        for method in template.all("AWS::ApiGateway::Method")
        if (method["HttpMethod"], method["Integration"]["Type"]) != ("OPTIONS", "MOCK")
    }


def parameter_name(parameter: Json) -> str:
    if "$ref" in parameter:
        parameter = CONTRACT["components"]["parameters"][parameter["$ref"].rsplit("/", 1)[1]]
    place = {"query": "querystring"}.get(parameter["in"], parameter["in"])
    return f"method.request.{place}.{parameter['name']}"


def test_routes_are_those_of_the_contract(template: Template) -> None:
    assert sorted(routes(template)) == sorted(promised())


def test_each_route_is_answered_by_the_live_alias_of_its_function(template: Template) -> None:
    """Those that no function answers: tests/synth/test_direct.py."""
    aliases = {alias["FunctionName"]["Ref"]: alias for alias in template.all("AWS::Lambda::Alias")}
    for route, method in routes(template).items():
        if "x-queue" in promised()[route]:
            continue
        (tag,) = promised()[route]["tags"]
        function = template.named("AWS::Lambda::Function", Handler=f"api.handlers.{tag}.handler")
        integration = method["Integration"]
        uri = template.said(integration["Uri"])
        assert uri.endswith(f"/functions/${{{aliases[function.name].name}}}/invocations"), route
        assert (integration["Type"], integration["IntegrationHttpMethod"]) == ("AWS_PROXY", "POST")


def test_a_route_wants_an_access_token_exactly_where_the_contract_does(template: Template) -> None:
    authorizer = template.named("AWS::ApiGateway::Authorizer", Type="COGNITO_USER_POOLS")
    for route, method in routes(template).items():
        asked = {
            key: method.properties.get(key) for key in ("AuthorizationType", "AuthorizerId", "AuthorizationScopes")
        }
        if any("partner" in each for each in promised()[route]["security"]):
            continue  # see test_partners.py
        if any("carrier" in each for each in promised()[route]["security"]):
            continue  # see test_carriers.py
        if promised()[route]["security"]:
            assert asked == {
                "AuthorizationType": "COGNITO_USER_POOLS",
                "AuthorizerId": {"Ref": authorizer.name},
                # Without a scope the authorizer takes ID tokens, not access tokens.
                "AuthorizationScopes": ["aws.cognito.signin.user.admin"],
            }, route
        else:
            assert asked == {"AuthorizationType": "NONE", "AuthorizerId": None, "AuthorizationScopes": None}, route


def test_each_route_knows_its_parameters_and_its_operation(template: Template) -> None:
    for route, method in routes(template).items():
        operation = promised()[route]
        names = {parameter_name(each) for each in operation.get("parameters", [])}
        assert set(method.properties.get("RequestParameters", {})) == names, route
        assert method["OperationName"] == operation["operationId"]


def test_what_must_be_there_is_asked_for_by_the_gateway(template: Template) -> None:
    asked = {
        (route, name)
        for route, method in routes(template).items()
        for name, required in method.properties.get("RequestParameters", {}).items()
        if required and ".path." not in name
    }
    assert asked == {
        ("GET /v1/products", "method.request.querystring.category"),
        ("POST /v1/products", "method.request.header.Idempotency-Key"),
        ("POST /v1/products/{sku}/stock-adjustments", "method.request.header.Idempotency-Key"),
        ("POST /v1/product-imports", "method.request.header.Idempotency-Key"),
        ("POST /v1/orders", "method.request.header.Idempotency-Key"),
        ("POST /v1/orders/{id}/payments", "method.request.header.Idempotency-Key"),
        ("POST /v1/ops/queues/{name}/redrives", "method.request.header.Idempotency-Key"),
        ("POST /v1/orders/{id}/claims", "method.request.header.Idempotency-Key"),
        ("POST /partner/v1/orders", "method.request.header.Idempotency-Key"),
        ("POST /webhooks/payment-provider", "method.request.header.X-Provider-Signature"),
        # PUT /v1/products/{sku} is not here: a missing If-Match is answered with 428 by the function, not with 400.
    }


def test_each_route_is_validated_and_its_body_against_the_contract(template: Template) -> None:
    validators = {
        each.name: (each["ValidateRequestBody"], each["ValidateRequestParameters"])
        for each in template.all("AWS::ApiGateway::RequestValidator")
    }
    for route, method in routes(template).items():
        has_body = "requestBody" in promised()[route]
        assert validators[method["RequestValidatorId"]["Ref"]] == (has_body, True), route
        assert ("RequestModels" in method.properties) is has_body, route


def test_a_bodys_model_stands_alone_and_is_strict(template: Template) -> None:
    """Whatever else may be said in it one day, which nobody has to."""
    schema = template.named("AWS::ApiGateway::Model", Name="PlaceOrderBody")["Schema"]
    assert {**schema, "properties": {"lines": schema["properties"]["lines"]}} == {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "title": "PlaceOrderBody",
        "type": "object",
        "additionalProperties": False,
        "required": ["lines"],
        "properties": {
            "lines": {
                "description": "One line per product; the same product twice is answered with 422.",
                "type": "array",
                "minItems": 1,
                "maxItems": 20,
                "items": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["sku", "quantity"],
                    "properties": {
                        "sku": {
                            "type": "string",
                            "minLength": 3,
                            "maxLength": 32,
                            "pattern": "^[A-Z0-9][A-Z0-9-]{2,31}$",
                        },
                        "quantity": {"type": "integer", "minimum": 1, "maximum": 999},
                    },
                },
            }
        },
    }
    assert "$ref" not in json.dumps([each["Schema"] for each in template.all("AWS::ApiGateway::Model")])


COGNITO = "cognito-idp.amazonaws.com"
"""What asks the one function that serves no route: tests/synth/test_identity.py."""


def test_only_the_gateway_may_invoke_a_function_and_only_by_its_alias(template: Template) -> None:
    answering = {group.name.capitalize() for group in (*ROUTE_GROUPS, AUTHORIZER, ROTATION, RENEWAL)}
    aliases = {
        alias.name for alias in template.all("AWS::Lambda::Alias") if alias.name.partition("Live")[0] in answering
    }
    permissions = [each for each in template.all("AWS::Lambda::Permission") if each["Principal"] != COGNITO]
    assert {each["FunctionName"]["Ref"] for each in permissions} == aliases
    rotate = [each for each in permissions if each["Principal"] == "secretsmanager.amazonaws.com"]
    assert sorted(each["FunctionName"]["Ref"].partition("Live")[0] for each in rotate) == ["Renewal", "Rotation"]
    others = [each for each in permissions if each not in rotate]
    assert {each["Principal"] for each in others} == {"apigateway.amazonaws.com"}
    api = template.one("AWS::ApiGateway::RestApi").name
    assert all(f":${{{api}}}/" in template.said(each["SourceArn"]) for each in others)


FOR_EVERY_METHOD = {
    "CachingEnabled": False,
    "DataTraceEnabled": False,
    "LoggingLevel": "ERROR",
    "MetricsEnabled": True,
}


def test_the_stage_is_throttled_traced_measured_logged_and_not_cached(template: Template, stage: str) -> None:
    deployed = template.one("AWS::ApiGateway::Stage")
    everything = deployed["MethodSettings"][0]
    assert everything == {
        "HttpMethod": "*",
        "ResourcePath": "/*",
        **FOR_EVERY_METHOD,
        "ThrottlingRateLimit": settings(stage).throttle_rate,
        "ThrottlingBurstLimit": settings(stage).throttle_burst,
    }
    assert (deployed["StageName"], deployed["TracingEnabled"]) == (stage, True)
    assert "CacheClusterEnabled" not in deployed.properties


def test_what_changes_something_is_throttled_lower_and_loses_no_setting(template: Template, stage: str) -> None:
    _, *own = template.one("AWS::ApiGateway::Stage")["MethodSettings"]
    lower = {route_of(each): each for each in own if each["HttpMethod"] != "GET"}
    assert set(lower) == {name for name in promised() if not name.startswith("GET ")}
    for each in lower.values():
        assert each == {
            "HttpMethod": each["HttpMethod"],
            "ResourcePath": each["ResourcePath"],
            **FOR_EVERY_METHOD,
            "ThrottlingRateLimit": settings(stage).throttle_rate / 4,
            "ThrottlingBurstLimit": settings(stage).throttle_burst / 4,
        }


def route_of(settings: Json) -> str:
    """The route that a method's settings are for."""
    return f"{settings['HttpMethod']} {settings['ResourcePath'][1:].replace('~1', '/')}"


def test_what_partners_read_takes_as_much_as_any_plan_promises_and_loses_no_setting(template: Template) -> None:
    _, *own = template.one("AWS::ApiGateway::Stage")["MethodSettings"]
    reads = {route_of(each): each for each in own if each["HttpMethod"] == "GET"}
    assert set(reads) == {name for name in promised() if name.startswith("GET /partner/")}
    throttles = [each["Throttle"] for each in template.all("AWS::ApiGateway::UsagePlan")]
    for each in reads.values():
        assert each.items() >= FOR_EVERY_METHOD.items()
        assert each["ThrottlingRateLimit"] >= max(throttle["RateLimit"] for throttle in throttles)
        assert each["ThrottlingBurstLimit"] >= max(throttle["BurstLimit"] for throttle in throttles)


def test_the_access_log_is_json_and_holds_no_body_and_no_token(template: Template) -> None:
    line = json.loads(template.one("AWS::ApiGateway::Stage")["AccessLogSetting"]["Format"])
    assert {"request_id", "xray_trace_id", "method", "resource", "status", "latency_ms", "caller"} <= set(line)
    assert not any(word in value for value in line.values() for word in ("body", "authorization", "input", "email"))


def test_the_api_is_regional(template: Template) -> None:
    assert template.one("AWS::ApiGateway::RestApi")["EndpointConfiguration"] == {"Types": ["REGIONAL"]}


ANSWERS = {
    "ACCESS_DENIED": ("403", "forbidden"),
    "BAD_REQUEST_BODY": ("400", "bad-request"),
    "BAD_REQUEST_PARAMETERS": ("400", "bad-request"),
    "DEFAULT_4XX": ("400", "bad-request"),
    "DEFAULT_5XX": ("500", "internal-error"),
    "EXPIRED_TOKEN": ("401", "unauthorized"),
    "INTEGRATION_FAILURE": ("503", "unavailable"),
    "INTEGRATION_TIMEOUT": ("503", "unavailable"),
    "INVALID_API_KEY": ("403", "forbidden"),
    "INVALID_SIGNATURE": ("403", "forbidden"),
    "MISSING_AUTHENTICATION_TOKEN": ("404", "not-found"),
    "QUOTA_EXCEEDED": ("429", "too-many-requests"),
    "REQUEST_TOO_LARGE": ("413", "too-large"),
    "RESOURCE_NOT_FOUND": ("404", "not-found"),
    "THROTTLED": ("429", "too-many-requests"),
    "UNAUTHORIZED": ("401", "unauthorized"),
    "UNSUPPORTED_MEDIA_TYPE": ("415", "unsupported-media-type"),
    "WAF_FILTERED": ("403", "forbidden"),
}


def filled(template: str) -> str:
    """A gateway response's template with the one variable put in that brings its own quotation marks."""
    return template.replace("$context.error.messageString", ' "Missing"')


def test_a_missing_parameter_is_named_and_nothing_that_a_caller_could_write(template: Template) -> None:
    """The message may hold names of ours alone where a parameter is missing; of a body's faults nothing is escaped."""
    texts = {
        each["ResponseType"]: each["ResponseTemplates"]["application/json"]
        for each in template.all("AWS::ApiGateway::GatewayResponse")
    }
    telling = {name for name, text in texts.items() if "$context.error" in text}
    assert telling == {"BAD_REQUEST_PARAMETERS"}
    assert json.loads(filled(texts["BAD_REQUEST_PARAMETERS"]))["detail"] == "Missing"


def test_what_the_gateway_answers_itself_is_a_documented_problem(template: Template) -> None:
    answers = {}
    required = set(CONTRACT["components"]["schemas"]["Problem"]["required"])
    documented = CONTRACT["components"]["schemas"]["Problem"]["properties"]["type"]["description"]
    for response in template.all("AWS::ApiGateway::GatewayResponse"):
        problem = json.loads(filled(response["ResponseTemplates"]["application/json"]))
        headers = response["ResponseParameters"]
        assert set(problem) == required
        assert str(problem["status"]) == response["StatusCode"]
        assert headers["gatewayresponse.header.Content-Type"] == "'application/problem+json'"
        assert headers["gatewayresponse.header.X-Correlation-Id"] == "context.requestId"
        name = problem["type"].removeprefix("/problems/")
        assert name in documented
        answers[response["ResponseType"]] = (response["StatusCode"], name)
    assert answers == ANSWERS


@pytest.mark.parametrize(
    ("response_type", "header", "value"),
    [("UNAUTHORIZED", "WWW-Authenticate", "'Bearer'"), ("THROTTLED", "Retry-After", "'1'")],
)
def test_an_answer_says_what_to_do_next(prod: Template, response_type: str, header: str, value: str) -> None:
    response = prod.named("AWS::ApiGateway::GatewayResponse", ResponseType=response_type)
    assert response["ResponseParameters"][f"gatewayresponse.header.{header}"] == value
