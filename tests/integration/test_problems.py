"""Everything that goes wrong is told in one shape (RFC 9457), and nothing odd becomes a 500."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.support.masked import Masked
from tests.support.promised import assert_is
from tests.support.stage import Stage

JSON = {"Content-Type": "application/json"}
KEY = {"Idempotency-Key": "integration-00001"}
A_CORRELATION_ID = "01JDA7C0R0ABCDEFGHJKMNPQRS"

# what is odd: method, path, the rest of the request, and the statuses that are right
ODD: Mapping[str, tuple[str, str, Mapping[str, Any], tuple[int, ...]]] = {
    "an unknown product": ("GET", "/v1/products/NO-SUCH-SKU", {}, (404,)),
    "a product number that cannot be": ("GET", "/v1/products/%20", {}, (400, 404)),
    "a product number with a NUL": ("GET", "/v1/products/A%00B", {}, (400, 404)),
    "an unknown order": ("GET", "/v1/orders/01JDA7C0R00000000000000000", {}, (404,)),
    "an order number that cannot be": ("GET", "/v1/orders/x", {}, (404,)),
    "no category": ("GET", "/v1/products", {}, (400,)),
    "a limit of nothing": ("GET", "/v1/products", {"query": {"category": "tea", "limit": 0}}, (400,)),
    "a limit that is no number": ("GET", "/v1/products", {"query": {"category": "tea", "limit": "ten"}}, (400,)),
    "too high a limit": ("GET", "/v1/orders", {"query": {"limit": 101}}, (400,)),
    "no body": ("POST", "/v1/orders", {"headers": {**JSON, **KEY}}, (400,)),
    "a body that is no JSON": ("POST", "/v1/orders", {"raw": b"{", "headers": {**JSON, **KEY}}, (400,)),
    "a body that is no object": ("POST", "/v1/orders", {"raw": b"[]", "headers": {**JSON, **KEY}}, (400,)),
    "a body that is no UTF-8": ("POST", "/v1/orders", {"raw": b'{"a": "\xff"}', "headers": {**JSON, **KEY}}, (400,)),
    "an order of nothing": ("POST", "/v1/orders", {"body": {"lines": []}, "headers": KEY}, (400,)),
    "true as a quantity": (
        "POST",
        "/v1/orders",
        {"body": {"lines": [{"sku": "NO-SUCH-SKU", "quantity": True}]}, "headers": KEY},
        (400,),
    ),
    "a number with 40 digits": (
        "POST",
        "/v1/orders",
        {"body": {"lines": [{"sku": "NO-SUCH-SKU", "quantity": 10**40}]}, "headers": KEY},
        (400,),
    ),
    "no idempotency key": ("POST", "/v1/orders", {"body": {"lines": [{"sku": "NO-SUCH-SKU", "quantity": 1}]}}, (400,)),
    "another media type": (
        "POST",
        "/v1/orders",
        {"raw": b"<order/>", "headers": {"Content-Type": "text/xml", **KEY}},
        (400, 415),
    ),
    "a form without boundary": (
        "POST",
        "/v1/orders",
        {"raw": b"--x", "headers": {"Content-Type": "multipart/form-data", **KEY}},
        (400, 415),
    ),
}


@pytest.mark.parametrize("name", ODD)
def test_what_is_odd_is_told_as_a_problem(stage: Stage, ann: Masked, name: str) -> None:
    method, path, request, right = ODD[name]
    answer = stage.call(method, path, ann, **request)
    assert answer.status in right, answer
    assert answer.headers["Content-Type"].startswith("application/problem+json"), answer
    assert_is("Problem", answer.json)
    assert answer.json["status"] == answer.status


@pytest.mark.parametrize(("name", "lacking"), [("no category", "category"), ("no idempotency key", "Idempotency-Key")])
def test_a_parameter_that_is_missing_is_named(stage: Stage, ann: Masked, name: str, lacking: str) -> None:
    method, path, request, _ = ODD[name]
    answer = stage.call(method, path, ann, **request)
    named = answer.json["detail"], *(each["pointer"] for each in answer.json.get("errors", []))
    assert any(lacking.lower() in each.lower() for each in named), answer.json


@pytest.mark.parametrize("method", ["DELETE", "PATCH"])
def test_a_method_that_a_path_does_not_have_is_told_as_a_problem(stage: Stage, ann: Masked, method: str) -> None:
    answer = stage.call(method, "/v1/orders", ann)
    assert (answer.status, answer.problem) == (404, "not-found")
    assert_is("Problem", answer.json)


def test_an_unknown_route_is_told_as_a_problem(stage: Stage, ann: Masked) -> None:
    answer = stage.call("GET", "/v1/no-such-route", ann)
    assert answer.status in (403, 404), answer
    assert_is("Problem", answer.json)


def test_the_gateway_and_the_functions_name_a_request_alike(stage: Stage, ann: Masked) -> None:
    """By its whole path, from which a relative reference leads back to it (RFC 9457, 3.1.5)."""
    told = {
        path: stage.call("GET", path, token).json["instance"]
        for path, token in (("/v1/no-such-route", ann), ("/v1/orders", None), ("/v1/products/NO-SUCH-SKU", None))
    }
    assert all(instance.endswith(path) for path, instance in told.items()), told
    assert len({instance.removesuffix(path) for path, instance in told.items()}) == 1, told


@pytest.mark.parametrize("path", ["/v1/products/A%2FB", "/v1/products/A%2FB:+~%C3%B6", "/v1/no-such%2Froute"])
def test_a_problem_names_the_path_as_it_was_sent(stage: Stage, path: str) -> None:
    """A slash that was escaped is told as one: with a bare one it would be the path of something else."""
    answer = stage.call("GET", path)
    assert answer.status == 404
    assert answer.json["instance"].endswith(path), answer.json


def test_a_caller_s_correlation_id_comes_back(stage: Stage) -> None:
    answer = stage.call("GET", "/v1/health", headers={"X-Correlation-Id": A_CORRELATION_ID})
    assert answer.headers["X-Correlation-Id"] == A_CORRELATION_ID


def test_a_problem_names_its_correlation_id(stage: Stage) -> None:
    answer = stage.call("GET", "/v1/products/NO-SUCH-SKU", headers={"X-Correlation-Id": A_CORRELATION_ID})
    assert answer.json["correlation_id"] == answer.headers["X-Correlation-Id"] == A_CORRELATION_ID


def test_a_correlation_id_that_is_none_is_not_passed_on(stage: Stage) -> None:
    answer = stage.call("GET", "/v1/health", headers={"X-Correlation-Id": "x' or 1=1"})
    assert answer.headers["X-Correlation-Id"] != "x' or 1=1"
