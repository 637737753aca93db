"""What the template has for carriers: their scope, their door, and what the function that hears them may do."""

from tests.synth.reading import Template
from tests.synth.test_api import routes
from tests.synth.test_service import function, golden, granted, named, role_of


def test_a_carrier_s_machine_can_ask_for_scans_alone(template: Template) -> None:
    server = template.named("AWS::Cognito::UserPoolResourceServer", Identifier="carriers")
    assert server["UserPoolId"] == {"Ref": template.one("AWS::Cognito::UserPool").name}
    assert [scope["ScopeName"] for scope in server["Scopes"]] == ["scan"]


def test_a_scan_wants_an_access_token_of_that_scope(template: Template) -> None:
    method = routes(template)["POST /carrier/v1/scans"]
    authorizer = template.named("AWS::ApiGateway::Authorizer", Type="COGNITO_USER_POOLS")
    asked = {key: method[key] for key in ("AuthorizationType", "AuthorizerId", "AuthorizationScopes")}
    assert asked == {
        "AuthorizationType": "COGNITO_USER_POOLS",
        "AuthorizerId": {"Ref": authorizer.name},
        "AuthorizationScopes": ["carriers/scan"],
    }


def test_no_other_route_takes_a_carrier_s_token(template: Template) -> None:
    taking = {route for route, each in routes(template).items() if "carriers/scan" in str(each.properties)}
    assert taking == {"POST /carrier/v1/scans"}


def test_carriers_may_do_exactly_this(template: Template) -> None:
    table = [f"dynamodb:{action}" for action in ("DeleteItem", "GetItem", "PutItem", "Query", "UpdateItem")]
    expected = golden(template, "carriers", table)
    names = named(template)
    for unused in (
        f"${{{names['DataIdempotency']}.Arn}}",
        f"${{{names['DataCursorSecret']}}}",
        f"${{{names['DataKey']}.Arn}} via secretsmanager.{template.region}.amazonaws.com",
    ):
        del expected[unused]
    assert granted(template, role_of(function(template, "carriers"))) == expected
