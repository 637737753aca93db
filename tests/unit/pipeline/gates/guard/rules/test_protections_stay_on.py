"""What protects a function's callers, and what shows afterwards how, is not turned off by its environment."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import (
    Template,
    assembly,
    edited,
    first,
    found,
    look,
    release,
    resource,
    subject,
    update,
)

RULE = "protections_stay_on"
FUNCTION = "Lambda::Function"


def variables(**values: Any) -> dict[str, Any]:
    return {"Environment": {"Variables": values}}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (variables(), variables(POWERTOOLS_IDEMPOTENCY_DISABLED="true"), "something is turned off"),
        ({}, variables(POWERTOOLS_IDEMPOTENCY_DISABLED="anything"), "something is turned off"),
        (variables(), variables(POWERTOOLS_DEV="1"), "something is turned off: POWERTOOLS_DEV was nothing, is 1"),
        (variables(OTEL_SDK_DISABLED="false"), variables(OTEL_SDK_DISABLED="true"), "was false, is true"),
        (variables(), variables(SKIP_SIGNATURES="yes"), "something is turned off"),
        (variables(), variables(POWERTOOLS_LOGGER_LOG_EVENT="true"), "whole requests stand in its log"),
        (variables(), variables(PYTHONHTTPSVERIFY="0"), "something is turned off"),
        (variables(VERIFY_SIGNATURES="on"), variables(VERIFY_SIGNATURES="off"), "was on, is off"),
        (variables(), variables(AWS_XRAY_SDK_ENABLED="false"), "something is turned off"),
        (variables(), variables(POWERTOOLS_LOG_LEVEL="CRITICAL"), "it logs less"),
        (variables(POWERTOOLS_LOG_LEVEL="INFO"), variables(POWERTOOLS_LOG_LEVEL="OFF"), "was INFO, is OFF"),
        (variables(LOG_LEVEL="INFO"), variables(LOG_LEVEL="nothing at all"), "it logs less"),
        (variables(LOG_LEVEL="DEBUG"), variables(), "it logs less: LOG_LEVEL was DEBUG, is nothing"),
        (variables(), variables(AWS_ENDPOINT_URL_DYNAMODB="https://elsewhere.example"), "its calls go elsewhere"),
        (
            variables(AWS_EC2_METADATA_DISABLED="true"),
            variables(AWS_EC2_METADATA_DISABLED="false"),
            "was true, is false",
        ),
        (variables(), variables(AWS_LAMBDA_CHECKS_DISABLED="true"), "something is turned off"),
        (variables(), variables(HTTPS_PROXY="http://elsewhere.example"), "its calls go elsewhere"),
    ],
)
def test_what_is_turned_off_is_told(old: dict[str, Any], new: dict[str, Any], told: str) -> None:
    (finding,) = found(RULE, update(FUNCTION, old, new))
    assert told in finding.what


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (variables(), variables(SHOP_LANGUAGE="en", GIFT_NOTES="off")),
        (variables(), variables(POWERTOOLS_IDEMPOTENCY_DISABLED="false")),
        (variables(OTEL_SDK_DISABLED="true"), variables(OTEL_SDK_DISABLED="true")),
        (variables(OTEL_SDK_DISABLED="true"), variables()),
        (variables(VERIFY_SIGNATURES="off"), variables(VERIFY_SIGNATURES="on")),
        (variables(VERIFY_SIGNATURES="off"), variables(VERIFY_SIGNATURES="no")),
        (variables(POWERTOOLS_LOG_LEVEL="WARNING"), variables(POWERTOOLS_LOG_LEVEL="INFO")),
        (variables(POWERTOOLS_LOG_LEVEL="ERROR"), variables()),
        (variables(), variables(LOG_LEVEL="INFO")),
        (variables(LOG_LEVEL="WARN"), variables(LOG_LEVEL="WARNING")),
        (variables(DEVICE_TABLE="a"), variables(DEVICE_TABLE="b")),
        (variables(), variables(DEV_PORTAL="https://shop.example", MOCK_TABLE={"Ref": "Table"})),
        (variables(TRACING="xray"), variables()),
        (variables(), variables(AWS_EC2_METADATA_DISABLED="true", AWS_IGNORE_CONFIGURED_ENDPOINT_URLS="true")),
        (variables(), variables(AWS_EC2_METADATA_V1_DISABLED="false")),
    ],
)
def test_what_stays_as_it_was_or_is_turned_on_is_right(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert found(RULE, update(FUNCTION, old, new)) == ()


def test_a_function_that_is_new_starts_with_its_protections() -> None:
    new = assembly(prod={"It": resource(FUNCTION, **variables(POWERTOOLS_DEV="true"))})
    assert len(found(RULE, subject(new, assembly(prod={"It": resource("SQS::Queue")})))) == 1
    assert found(RULE, subject(new)) == ()


def test_the_release_as_it_is_protects(real: Assembly) -> None:
    def disabled(document: Template) -> None:
        told = first(document, FUNCTION, "Partners")["Properties"]["Environment"]["Variables"]
        told["POWERTOOLS_IDEMPOTENCY_DISABLED"] = "true"

    assert len(found(RULE, release(edited(real, "prod/orders", disabled), real))) == 1
    part = look(RULE, release(real, real))
    assert (part.checked > 60, part.findings) == (True, ())
