"""One policy of caching per route: inside the bands of its layers, and kept by the answers themselves."""

from collections.abc import Mapping
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


NOBODY_KEEPS = ("no-store", None, None, None, None)
THE_CALLER_ASKS_AGAIN = ("private, max-age=0, must-revalidate", None, None, None, None)
PROMISED: Mapping[str, tuple[str, int | None, int | None, int | None, int | None]] = {
    "listProducts": ("public, max-age=30", 3_600, 300, None, None),
    "getProduct": ("public, max-age=60", 3_600, 300, 900, 30),
    "getAvailability": NOBODY_KEEPS,
    "listOrders": THE_CALLER_ASKS_AGAIN,
    "getOrder": THE_CALLER_ASKS_AGAIN,
    "getPayment": THE_CALLER_ASKS_AGAIN,
    "getTimeline": THE_CALLER_ASKS_AGAIN,
    "getProductImport": NOBODY_KEEPS,
    "getInvoice": NOBODY_KEEPS,
    "getProfile": NOBODY_KEEPS,
    "getPreferences": NOBODY_KEEPS,
    "listPartnerOrders": NOBODY_KEEPS,
    "getPartnerOrder": THE_CALLER_ASKS_AGAIN,
    "getPartnerUsage": NOBODY_KEEPS,
    "getHealth": NOBODY_KEEPS,
    "listShippingMethods": ("public, max-age=3600", 86_400, 3_600, None, 300),
    "getOpenApi": ("public, max-age=300", 3_600, 300, None, None),
}
"""The one table of who keeps what (L3, L6, L11): what the browser is told, then seconds at the edge, in the
gateway, in the cache and in the function. Longer means: a price, a stock or a payment is shown that is no longer true.
`private` with any age means besides: whoever signs in next at the same browser is shown it, as no browser looks at who
asks."""


@pytest.mark.parametrize("operation", PROMISED)
def test_every_layer_keeps_an_answer_as_long_as_is_promised_and_no_longer(operation: str) -> None:
    policy = POLICIES[operation]
    kept = (policy.browser, policy.edge, policy.gateway, policy.cache, policy.process)
    assert kept == PROMISED[operation]


def test_what_is_promised_of_an_operation_is_of_one_that_is_there() -> None:
    """A new one need not be in the table: what follows holds for all."""
    assert PROMISED.keys() <= POLICIES.keys()


def test_what_somebody_must_sign_in_for_no_browser_shows_without_asking_again() -> None:
    """CWE-525: a browser finds what it has kept by the address alone, whoever's token comes with it."""
    asking_again = {"no-store", "private, max-age=0, must-revalidate", "private, no-cache"}
    own = [each["operationId"] for each in operations().values() if each.get("security")]
    shown = {name: POLICIES[name].browser for name in own if name in POLICIES}
    assert len(shown) >= 10
    assert {name: said for name, said in shown.items() if said not in asking_again} == {}


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
