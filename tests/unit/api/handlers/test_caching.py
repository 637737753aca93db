"""One policy of caching per route: inside the bands of its layers, and kept by the answers themselves."""

from dataclasses import fields

import pytest

from api.adapters import aws
from api.domain.partners import Partner
from api.handlers import caching
from api.handlers.caching import BANDS, HOUR, MINUTE, POLICIES, Policy
from tests.support.dynamodb import new_sku
from tests.support.http_api import call
from tests.support.openapi import operations
from tests.support.tokens import ANN, OPS, PartnerUser
from tests.unit.api.handlers.helpers import lines, new_product, place


def test_the_bands_are_those_of_each_layer() -> None:
    assert BANDS == {
        "edge": (3_600, 86_400),
        "gateway": (300, 3_600),
        "cache": (60, 1_800),
        "process": (30, 300),
    }
    assert {each.name for each in fields(Policy)} == {"browser", *BANDS}


@pytest.mark.parametrize(
    ("layer", "seconds"),
    [
        ("edge", HOUR - 1),
        ("edge", 24 * HOUR + 1),
        ("gateway", 5 * MINUTE - 1),
        ("gateway", HOUR + 1),
        ("cache", MINUTE - 1),
        ("cache", 30 * MINUTE + 1),
        ("process", 29),
        ("process", 5 * MINUTE + 1),
    ],
)
def test_a_time_outside_the_band_of_its_layer_is_refused(layer: str, seconds: int) -> None:
    with pytest.raises(ValueError, match=layer):
        Policy(caching.PRODUCT, **{layer: seconds})


@pytest.mark.parametrize("layer", ["edge", "gateway"])
@pytest.mark.parametrize("browser", [caching.NOBODY, caching.OWN_ORDERS])
def test_what_is_a_caller_s_own_is_kept_nowhere_that_callers_share(layer: str, browser: str) -> None:
    with pytest.raises(ValueError, match="share"):
        Policy(browser, **{layer: HOUR})


def test_every_operation_that_only_reads_has_a_policy_and_no_other_has() -> None:
    reading = {operation["operationId"] for (method, _), operation in operations().items() if method == "GET"}
    assert set(POLICIES) == reading


def test_only_what_the_promise_calls_public_is_kept_by_others() -> None:
    for operation in operations().values():
        policy = POLICIES.get(operation["operationId"])
        if policy is not None and operation.get("security"):
            assert not policy.browser.startswith("public")


@pytest.mark.emulator
@pytest.mark.usefixtures("stage")
def test_an_answer_says_what_its_policy_says(known: Partner) -> None:
    sku = new_product(available=5)
    placed = place((sku, 1)).body
    order, payment = placed["id"], placed["payment"]["id"]
    partner = PartnerUser(known.id)
    invoiced = place((sku, 1)).body["id"]
    aws.s3().put_object(Bucket="invoices", Key=f"invoices/{invoiced}.html", Body=b"page")
    theirs = call("POST", "/partner/v1/orders", partner, key=new_sku(), json_body=lines((sku, 1))).body["id"]
    asked = call("POST", "/v1/product-imports", OPS, key=new_sku(), json_body={"size": 1}).body["id"]
    said = {
        "listProducts": call("GET", "/v1/products", query={"category": "tea"}),
        "getProduct": call("GET", f"/v1/products/{sku}"),
        "getAvailability": call("GET", f"/v1/products/{sku}/availability"),
        "listOrders": call("GET", "/v1/orders", ANN),
        "getOrder": call("GET", f"/v1/orders/{order}", ANN),
        "getPayment": call("GET", f"/v1/orders/{order}/payments/{payment}", ANN),
        "getTimeline": call("GET", f"/v1/orders/{order}/timeline", ANN),
        "getProductImport": call("GET", f"/v1/product-imports/{asked}", OPS),
        "getInvoice": call("GET", f"/v1/orders/{invoiced}/invoice", ANN),
        "getProfile": call("GET", "/v1/customers/me", ANN),
        "getPreferences": call("GET", "/v1/customers/me/preferences", ANN),
        "listPartnerOrders": call("GET", "/partner/v1/orders", partner),
        "getPartnerOrder": call("GET", f"/partner/v1/orders/{theirs}", partner),
        "getPartnerUsage": call("GET", "/partner/v1/usage", partner),
        "getHealth": call("GET", "/v1/health"),
        "listShippingMethods": call("GET", "/v1/reference/shipping-methods"),
        "getOpenApi": call("GET", "/v1/openapi.json"),
    }
    assert {name: reply.headers["Cache-Control"] for name, reply in said.items()} == {
        name: policy.browser for name, policy in POLICIES.items()
    }
