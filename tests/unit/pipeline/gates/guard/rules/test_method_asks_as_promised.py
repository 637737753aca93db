"""Each method of the API asks of its callers what the contract promises."""

from copy import deepcopy
from dataclasses import replace

import pytest

from pipeline.gates.guard.assembly import Assembly
from pipeline.gates.guard.doors import Public
from pipeline.plan.delivery import DELIVERY
from tests.unit.pipeline.gates.guard.templates import Change, Template, edited, first, found, look, new_in, release

RULE = "method_asks_as_promised"
METHOD = "ApiGateway::Method"
GET_ORDER = "ApiRestApiv1ordersidGET"
PARTNERS = "ApiRestApipartnerv1ordersGET"


def properties(document: Template, starting: str = GET_ORDER) -> Template:
    return first(document, METHOD, starting)["Properties"]


def open_to_all(document: Template) -> None:
    method = properties(document)
    method["AuthorizationType"] = "NONE"
    del method["AuthorizerId"], method["AuthorizationScopes"]


def no_type_at_all(document: Template) -> None:
    del properties(document)["AuthorizationType"]


def a_key_instead(document: Template) -> None:
    open_to_all(document)
    properties(document)["ApiKeyRequired"] = True


def any_aws_identity(document: Template) -> None:
    properties(document)["AuthorizationType"] = "AWS_IAM"


def no_scopes(document: Template) -> None:
    del properties(document)["AuthorizationScopes"]


def one_scope_more(document: Template) -> None:
    properties(document)["AuthorizationScopes"].append("openid")


def carriers_as_customers(document: Template) -> None:
    properties(document, "ApiRestApicarrier")["AuthorizationScopes"] = ["aws.cognito.signin.user.admin"]


def partners_without_key(document: Template) -> None:
    properties(document, PARTNERS)["ApiKeyRequired"] = False


def partners_without_token(document: Template) -> None:
    properties(document, PARTNERS)["AuthorizationType"] = "NONE"


def of_another_kind(document: Template) -> None:
    partners = properties(document, PARTNERS)["AuthorizerId"]
    properties(document)["AuthorizerId"] = partners


def one_route_more(document: Template) -> None:
    more = deepcopy(first(document, METHOD, GET_ORDER))
    more["Properties"]["HttpMethod"] = "PATCH"
    document["Resources"]["Debug"] = more


def any_method(document: Template) -> None:
    properties(document)["HttpMethod"] = "ANY"


def options_that_a_function_answers(document: Template) -> None:
    more = deepcopy(first(document, METHOD, GET_ORDER))
    more["Properties"] |= {"HttpMethod": "OPTIONS", "AuthorizationType": "NONE"}
    document["Resources"]["Debug"] = more


def methods_elsewhere(document: Template) -> None:
    first(document, "ApiGateway::RestApi")["Properties"]["Body"] = {"openapi": "3.0.3", "paths": {}}


@pytest.mark.parametrize("stage", [stage.name for stage in DELIVERY.stages])
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (open_to_all, "GET /v1/orders/{id} asks by NONE, promised is customer: COGNITO_USER_POOLS"),
        (no_type_at_all, "asks by NONE"),
        (a_key_instead, "asks by NONE"),
        (any_aws_identity, "asks by AWS_IAM"),
        (no_scopes, "takes tokens of scope none at all"),
        (one_scope_more, "aws.cognito.signin.user.admin, openid"),
        (carriers_as_customers, "promised is carriers/scan"),
        (partners_without_key, "asks for no key"),
        (partners_without_token, "promised is partner: CUSTOM"),
        (of_another_kind, "asks an authorizer that is not there, or of another kind"),
        (one_route_more, "PATCH /v1/orders/{id} is answered and not promised"),
        (any_method, "ANY /v1/orders/{id} is answered and not promised"),
        (options_that_a_function_answers, "OPTIONS /v1/orders/{id} is answered and not promised"),
        (methods_elsewhere, "no rule reads"),
    ],
)
def test_a_method_that_asks_for_less_is_told(real: Assembly, stage: str, change: Change, words: str) -> None:
    told = found(RULE, release(edited(real, f"{stage}/orders", change)))
    assert [each.where.split(":")[0] for each in told] == [f"{stage}/orders"]
    assert words in told[0].what


def test_methods_whose_authorizer_is_gone_are_told(real: Assembly) -> None:
    def gone(document: Template) -> None:
        del document["Resources"][next(name for name in document["Resources"] if name.startswith("ApiCustomers"))]

    told = found(RULE, release(edited(real, "prod/orders", gone)))
    assert len(told) == 23
    assert all("AuthorizerId" in each.where for each in told)


def test_what_the_promise_opens_too_is_told_unless_it_is_listed(real: Assembly) -> None:
    bad = release(edited(real, "prod/orders", open_to_all), real)
    promise: Template = deepcopy(bad.promise)
    promise["paths"]["/v1/orders/{id}"]["get"]["security"] = []
    told = found(RULE, replace(bad, promise=promise))
    assert {each.where.split(":")[0] for each in told} == {"beta/orders", "gamma/orders", "prod/orders"}
    assert all("promised to anybody, and not listed as public" in each.what for each in told)


def test_a_scheme_that_nobody_described_is_told(real: Assembly) -> None:
    bad = release(real)
    told = found(RULE, replace(bad, doors=replace(bad.doors, scheme={})))
    assert any("doors.toml says nothing" in each.what for each in told)


def test_a_new_public_operation_on_the_list_is_a_note(real: Assembly) -> None:
    def readiness(document: Template) -> None:
        new = deepcopy(first(document, METHOD, "ApiRestApiv1healthGET"))
        new["Properties"]["ResourceId"] = {"Ref": "Ready"}
        health = deepcopy(first(document, "ApiGateway::Resource", "ApiRestApiv1health"))
        health["Properties"]["PathPart"] = "ready"
        document["Resources"] |= {"Ready": health, "ReadyGET": new}

    good = release(edited(real, "prod/orders", readiness), real)
    promise: Template = deepcopy(good.promise)
    promise["paths"]["/v1/ready"] = {"get": {"security": []}}
    listed = replace(good.doors, public=(*good.doors.public, Public("GET /v1/ready", "Monitors ask it")))
    part = look(RULE, replace(good, promise=promise, doors=listed))
    assert part.findings == ()
    assert [note.where.split()[0] for note in part.warnings] == ["prod/orders:ReadyGET"]


def test_a_new_operation_that_asks_as_promised_and_a_preflight_pass(real: Assembly) -> None:
    def more(document: Template) -> None:
        preflight = deepcopy(first(document, METHOD, GET_ORDER))
        preflight["Properties"] |= {"HttpMethod": "OPTIONS", "AuthorizationType": "NONE"}
        preflight["Properties"]["Integration"] = {"Type": "MOCK"}
        document["Resources"]["Preflight"] = preflight

    assert new_in(RULE, real, more) == ()


def test_the_release_as_it_is_asks_as_promised(real: Assembly) -> None:
    part = look(RULE, release(real, real))
    assert (part.checked, part.findings, part.warnings) == (35 * 3, (), ())
