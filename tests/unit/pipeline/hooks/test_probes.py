"""Probes: what is asked of a new version, and which answers are objected to."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.hooks.probes import NO_PARTNER, STRANGER, Probe, objection, proxy_event, read_probes

LIST = Probe("GET", "/v1/products", 200, query={"category": "probe"})
ONE = Probe("GET", "/v1/products/{sku}", 404, path={"sku": "NO-SUCH"})
OWN = Probe("GET", "/v1/orders", 200, customer=True)


def answered(status: int) -> bytes:
    return json.dumps({"statusCode": status, "headers": {}, "body": "{}"}).encode()


def test_probes_come_from_the_environment_as_pairs() -> None:
    text = json.dumps(
        [{"method": "GET", "resource": "/v1/products", "status": 200, "query": [["category", "probe"]], "path": []}]
    )
    assert read_probes(text) == (LIST,)


def test_no_probes_are_refused_because_they_would_check_nothing() -> None:
    with pytest.raises(ValueError, match="a version that nothing was asked of has shown nothing"):
        read_probes("[]")


def test_a_probe_is_sent_in_the_form_of_the_gateway() -> None:
    event = proxy_event(ONE, "request-1", now=1_700_000_000.25)
    assert (event["resource"], event["path"], event["httpMethod"]) == (
        "/v1/products/{sku}",
        "/v1/products/NO-SUCH",
        "GET",
    )
    assert event["pathParameters"] == {"sku": "NO-SUCH"}
    assert event["queryStringParameters"] is None
    assert event["requestContext"]["requestId"] == "request-1"
    assert event["requestContext"]["requestTimeEpoch"] == 1_700_000_000_250


def test_a_query_is_given_once_and_as_a_list() -> None:
    event = proxy_event(LIST, "request-1", now=0)
    assert event["queryStringParameters"] == {"category": "probe"}
    assert event["multiValueQueryStringParameters"] == {"category": ["probe"]}


def test_only_a_customers_probe_is_signed_in_and_as_nobody() -> None:
    assert "authorizer" not in proxy_event(LIST, "request-1", now=0)["requestContext"]
    claims = proxy_event(OWN, "request-1", now=0)["requestContext"]["authorizer"]["claims"]
    assert (claims["sub"], claims["token_use"]) == (STRANGER, "access")
    assert "cognito:groups" not in claims


def test_a_partners_probe_is_let_in_as_one_with_no_orders() -> None:
    probe = Probe("GET", "/partner/v1/orders", 200, partner=True)
    told = proxy_event(probe, "request-1", now=0)["requestContext"]["authorizer"]
    assert told == {"partner_id": NO_PARTNER, "scopes": "partner/orders.read", "until": "9999-12-31T00:00:00.000Z"}
    assert probe.name == "GET /partner/v1/orders as a partner"


def test_the_promised_status_meets_no_objection() -> None:
    assert objection(ONE, None, answered(404)) is None


def test_another_status_is_objected_to_with_both() -> None:
    assert objection(OWN, None, answered(500)) == "GET /v1/orders as a customer: answered 500, promised 200"


def test_a_thrown_error_is_objected_to_with_its_beginning() -> None:
    said = objection(LIST, "Unhandled", b'{"errorMessage": "No module named ulid"}')
    assert said == 'GET /v1/products: ended in an error (Unhandled): {"errorMessage": "No module named ulid"}'


@given(st.binary())
def test_whatever_is_no_proxy_response_is_objected_to(payload: bytes) -> None:
    said = objection(LIST, None, payload)
    assert said is not None
    assert said.startswith("GET /v1/products: ")
