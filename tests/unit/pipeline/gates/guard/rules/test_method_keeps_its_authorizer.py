"""A route that asks who is calling goes on asking, and asks the same authorizer."""

from copy import deepcopy
from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import Change, Template, first, found, look, new_in, release

RULE = "method_keeps_its_authorizer"
METHOD = "ApiGateway::Method"


def asks_nobody(document: Template) -> None:
    method = first(document, METHOD, "ApiRestApiv1ordersidGET")["Properties"]
    method["AuthorizationType"] = "NONE"
    del method["AuthorizerId"], method["AuthorizationScopes"]


def asks_nobody_under_another_id(document: Template) -> None:
    asks_nobody(document)
    name = next(each for each in document["Resources"] if each.startswith("ApiRestApiv1ordersidGET"))
    document["Resources"]["Renamed"] = document["Resources"].pop(name)


def asks_one_more(document: Template) -> None:
    document["Resources"]["Other"] = deepcopy(first(document, "ApiGateway::Authorizer", "ApiCustomers"))
    document["Resources"]["Other"]["Properties"]["Name"] = "other"
    first(document, METHOD, "ApiRestApiv1ordersidGET")["Properties"]["AuthorizerId"] = {"Ref": "Other"}


def asks_another(**properties: Any) -> Change:
    def change(document: Template) -> None:
        asks_one_more(document)
        document["Resources"]["Other"]["Properties"] |= properties

    return change


def asks_what_is_not_there(document: Template) -> None:
    first(document, METHOD, "ApiRestApiv1ordersidGET")["Properties"]["AuthorizerId"] = {"Ref": "Gone"}


def takes_more_tokens(document: Template) -> None:
    first(document, METHOD, "ApiRestApiv1ordersidGET")["Properties"]["AuthorizationScopes"].append("openid")


def takes_any_token(document: Template) -> None:
    del first(document, METHOD, "ApiRestApiv1ordersidGET")["Properties"]["AuthorizationScopes"]


def asks_for_no_key(document: Template) -> None:
    first(document, METHOD, "ApiRestApipartnerv1ordersGET")["Properties"]["ApiKeyRequired"] = False


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (asks_nobody, "asked by COGNITO_USER_POOLS, and asks by NONE"),
        (asks_nobody_under_another_id, "asked by COGNITO_USER_POOLS, and asks by NONE"),
        (asks_another(ProviderARNs=["arn:aws:cognito-idp:x:1:userpool/y"]), "asks another authorizer"),
        (asks_another(IdentitySource="method.request.header.X-Token"), "asks another authorizer"),
        (asks_another(AuthorizerResultTtlInSeconds=3_600), "asks another authorizer"),
        (asks_another(Type="TOKEN"), "asks another authorizer"),
        (asks_what_is_not_there, "asks another authorizer"),
        (takes_more_tokens, "is aws.cognito.signin.user.admin, openid"),
        (takes_any_token, "is nothing"),
        (asks_for_no_key, "GET /partner/v1/orders asked for a key, and asks for none"),
    ],
)
def test_a_route_that_asks_for_less_than_before_is_told(real: Assembly, change: Change, words: str) -> None:
    told = new_in(RULE, real, change)
    assert any(words in each.what for each in told)
    assert {each.where.split(":")[0] for each in told} == {"prod/orders"}


def test_a_public_route_may_ask_and_a_new_one_may_be_public(real: Assembly) -> None:
    def stricter(document: Template) -> None:
        health = first(document, METHOD, "ApiRestApiv1healthGET")["Properties"]
        ready = document["Resources"]["Ready"] = deepcopy(first(document, METHOD, "ApiRestApiv1healthGET"))
        ready["Properties"]["HttpMethod"] = "HEAD"
        health |= {"AuthorizationType": "COGNITO_USER_POOLS", "AuthorizationScopes": ["openid"]}

    assert new_in(RULE, real, stricter) == ()


def test_an_authorizer_that_asks_the_same_under_another_name_is_the_same(real: Assembly) -> None:
    assert new_in(RULE, real, asks_one_more) == ()


def test_the_release_as_it_is_keeps_all(real: Assembly) -> None:
    assert found(RULE, release(real, real)) == ()
    assert look(RULE, release(real, real)).checked == 27 * 3
    assert look(RULE, release(real)).checked == 0
