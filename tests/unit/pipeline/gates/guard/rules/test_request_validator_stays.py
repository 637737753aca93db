"""What the API checks before a function is asked, it goes on checking."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import Template, edited, first, found, look, release

RULE = "request_validator_stays"


def post(document: Template) -> Any:
    return first(document, "ApiGateway::Method", "ApiRestApiv1ordersPOST")["Properties"]


def unchecked(document: Template) -> None:
    del post(document)["RequestValidatorId"]


def without_body(document: Template) -> None:
    first(document, "ApiGateway::RequestValidator", "ApiRestApiBodyAnd")["Properties"]["ValidateRequestBody"] = False


def other_validator(document: Template) -> None:
    name = next(name for name in document["Resources"] if name.startswith("ApiRestApiParameters"))
    post(document)["RequestValidatorId"] = {"Ref": name}


def without_model(document: Template) -> None:
    del post(document)["RequestModels"]


def without_parameter(document: Template) -> None:
    post(document)["RequestParameters"] = {}


def any_body(document: Template) -> None:
    name = next(iter(post(document)["RequestModels"].values()))["Ref"]
    document["Resources"][name]["Properties"]["Schema"] = {}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (unchecked, "nothing checks its requests"),
        (without_body, "does not check the body that it has a model for"),
        (other_validator, "does not check the body that it has a model for"),
        (without_model, "have no model any more"),
        (without_parameter, "may be left out: was true"),
        (any_body, "are not checked any more"),
    ],
)
def test_what_is_no_longer_checked_is_told(real: Assembly, change: Any, told: str) -> None:
    findings = found(RULE, release(edited(real, "prod/orders", change), real))
    assert any(told in finding.what for finding in findings)
    assert all(finding.where.startswith("prod/orders:ApiRestApi") for finding in findings)


def test_preflights_and_a_method_that_checks_as_much_are_right(real: Assembly) -> None:
    def more(document: Template) -> None:
        document["Resources"]["Preflight"] = {
            "Type": "AWS::ApiGateway::Method",
            "Properties": {"HttpMethod": "OPTIONS", "AuthorizationType": "NONE"},
        }

    good = release(edited(real, "prod/orders", more), real)
    assert found(RULE, good) == ()
    assert look(RULE, good).checked == 102
