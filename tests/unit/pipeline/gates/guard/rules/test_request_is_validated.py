"""The gateway turns away what has not the promised form, on every method."""

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import Change, Template, edited, first, found, look, new_in, release

RULE = "request_is_validated"
METHOD, VALIDATOR = "ApiGateway::Method", "ApiGateway::RequestValidator"
PLACE_ORDER = "ApiRestApiv1ordersPOST"


def properties(document: Template, starting: str = PLACE_ORDER) -> Template:
    return first(document, METHOD, starting)["Properties"]


def no_validator(document: Template) -> None:
    del properties(document, "ApiRestApiv1ordersGET")["RequestValidatorId"]


def parameters_alone(document: Template) -> None:
    other = next(name for name in document["Resources"] if name.startswith("ApiRestApiParameters"))
    properties(document)["RequestValidatorId"] = {"Ref": other}


def validates_nothing(document: Template) -> None:
    first(document, VALIDATOR, "ApiRestApiBodyAndParameters")["Properties"]["ValidateRequestBody"] = False


def no_model(document: Template) -> None:
    del properties(document)["RequestModels"]


def a_model_that_says_nothing(document: Template) -> None:
    first(document, "ApiGateway::Model", "ApiRestApiPlaceOrderBody")["Properties"]["Schema"] = {}


def the_empty_model(document: Template) -> None:
    properties(document)["RequestModels"] = {"application/json": "Empty"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (no_validator, "nobody looks at the parameters of GET /v1/orders"),
        (parameters_alone, "nobody looks at the body of POST /v1/orders"),
        (validates_nothing, "nobody looks at the body of POST /v1/orders"),
        (no_model, "no model says what the body of POST /v1/orders may be"),
        (a_model_that_says_nothing, "no model says"),
        (the_empty_model, "no model says"),
    ],
)
def test_a_method_that_takes_anything_is_told(real: Assembly, change: Change, words: str) -> None:
    told = found(RULE, release(edited(real, "prod/orders", change)))
    assert any(words in each.what for each in told)
    assert {each.where.split(":")[0] for each in told} == {"prod/orders"}


def test_a_parameter_that_is_no_longer_asked_for_though_promised_is_told(real: Assembly) -> None:
    def unasked(document: Template) -> None:
        asked = properties(document)["RequestParameters"]
        asked["method.request.header.Idempotency-Key"] = False

    (told,) = new_in(RULE, real, unasked)
    assert "POST /v1/orders is answered without Idempotency-Key" in told.what


def test_a_parameter_that_need_not_be_there_may_be_left_out(real: Assembly) -> None:
    def fewer(document: Template) -> None:
        del properties(document, "ApiRestApiv1ordersGET")["RequestParameters"]["method.request.querystring.limit"]

    assert new_in(RULE, real, fewer) == ()


def test_the_release_as_it_is_validates_all(real: Assembly) -> None:
    part = look(RULE, release(real))
    assert (part.checked, part.findings) == (34 * 3, ())
