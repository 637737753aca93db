"""An authorizer asks the stage's own users, by a header, and keeps its answers for one caller alone."""

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import Change, Template, edited, first, found, look, new_in, release

RULE = "authorizer_stays_strict"
AUTHORIZER = "ApiGateway::Authorizer"


def customers(document: Template) -> Template:
    return first(document, AUTHORIZER, "ApiCustomers")["Properties"]


def partners(document: Template) -> Template:
    return first(document, AUTHORIZER, "ApiPartners")["Properties"]


def another_pool(document: Template) -> None:
    customers(document)["ProviderARNs"].append("arn:aws:cognito-idp:eu-west-1:999999999999:userpool/eu-west-1_x")


def no_pool(document: Template) -> None:
    customers(document)["ProviderARNs"] = []


def by_the_address(document: Template) -> None:
    customers(document)["IdentitySource"] = "method.request.querystring.token"


def kept_without_token(document: Template) -> None:
    partners(document)["IdentitySource"] = "method.request.header.X-Api-Key"


def kept_for_an_hour(document: Template) -> None:
    partners(document)["AuthorizerResultTtlInSeconds"] = 3600


def key_not_asked_for(document: Template) -> None:
    partners(document)["IdentitySource"] = "method.request.header.Authorization"


def another_function(document: Template) -> None:
    other = next(name for name in document["Resources"] if name.startswith("OrdersLive"))
    partners(document)["AuthorizerUri"]["Fn::Join"][1][5] = {"Ref": other}


def of_another_kind(document: Template) -> None:
    partners(document)["Type"] = "TOKEN"


def of_no_kind(document: Template) -> None:
    partners(document)["Type"] = "NONE"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (another_pool, "which is no user pool of this stage"),
        (no_pool, "it trusts null"),
        (by_the_address, "not by their token"),
        (by_the_address, "stands in the address"),
        (kept_without_token, "told apart by method.request.header.x-api-key"),
        (kept_for_an_hour, "kept for 3600 s"),
        (of_no_kind, "which asks nobody"),
    ],
)
def test_what_lets_others_in_is_told_on_a_first_release_too(real: Assembly, change: Change, words: str) -> None:
    told = found(RULE, release(edited(real, "prod/orders", change)))
    assert any(words in each.what for each in told)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (key_not_asked_for, "no longer asks for method.request.header.x-api-key"),
        (another_function, "another function answers"),
        (of_another_kind, "Type was REQUEST, is TOKEN"),
        (kept_for_an_hour, "AuthorizerResultTtlInSeconds was 300, is 3600"),
    ],
)
def test_what_is_weaker_than_in_the_base_is_told(real: Assembly, change: Change, words: str) -> None:
    assert any(words in each.what for each in new_in(RULE, real, change))


def test_a_validation_that_is_gone_is_told(real: Assembly) -> None:
    def checked(document: Template) -> None:
        customers(document)["IdentityValidationExpression"] = "Bearer .+"

    assert found(RULE, release(edited(real, "prod/orders", checked), real)) == ()
    told = found(RULE, release(real, edited(real, "prod/orders", checked)))
    assert ["IdentityValidationExpression was Bearer .+, is nothing" in each.what for each in told] == [True]


def test_answers_that_are_kept_for_less_long_and_headers_in_any_case_pass(real: Assembly) -> None:
    def stricter(document: Template) -> None:
        partners(document)["AuthorizerResultTtlInSeconds"] = 0
        customers(document)["IdentitySource"] = "method.request.header.authorization"

    assert new_in(RULE, real, stricter) == ()


def test_a_function_that_starts_elsewhere_is_a_note(real: Assembly) -> None:
    def moved(document: Template) -> None:
        first(document, "Lambda::Function", "AuthorizerFunction")["Properties"]["Handler"] = "api.handlers.open.handle"

    part = look(RULE, release(edited(real, "prod/orders", moved), real))
    assert part.findings == ()
    assert ["its function starts elsewhere" in note.what for note in part.warnings] == [True]


def test_the_release_as_it_is_has_strict_authorizers(real: Assembly) -> None:
    part = look(RULE, release(real))
    assert (part.checked, part.findings) == (2 * 3, ())
