"""What is shown of each thing, whole: every name has a value of its own, so that none can stand in another's place."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from types import FunctionType
from typing import Any

import pytest

from api.domain.carriers import NORTHWAY
from api.domain.claims import Claim, Wrong
from api.domain.instants import written
from api.domain.model import OrderReference, OrderStatus, OrderSummary, Product, ProductDetails, Stock
from api.domain.money import Money
from api.domain.partners import Limits, Tier, Usage
from api.domain.payment import Payment, PaymentStatus
from api.domain.product_imports import Failure, Fault, ImportStatus, Link, ProductImport, Progress, Unlisted
from api.domain.shipment import Shipment, ShipmentStatus
from api.domain.shipping_methods import ShippingMethod
from api.domain.timeline import Happened, Step
from api.handlers import views
from tests.unit.api.domain.examples import CAUSE, NOON, ORDER_ID, PAYMENT_ID, order

MOMENTS = [NOON + timedelta(minutes=minute) for minute in range(10)]
AT = [written(moment) for moment in MOMENTS]
CLAIM_ID = "01JDA7C0R00000000000000005"

PRODUCT = Product("TEA-100", ProductDetails("Earl Grey", "Black", "tea", Money(890, "EUR")), 7, MOMENTS[0], MOMENTS[1])
PAYMENT = Payment(
    PAYMENT_ID, Money(1999, "SEK"), PaymentStatus.AUTHORISED, "PSP-1", 2, created_at=MOMENTS[2], updated_at=MOMENTS[3]
)
PARCEL = Shipment(1, "northway", "NW1", ShipmentStatus.DELIVERED, 3, MOMENTS[4], MOMENTS[5], MOMENTS[6], MOMENTS[7])
NOT_LEFT = replace(PARCEL, place=2, tracking_number="NW2", status=ShipmentStatus.REQUESTED)
ORDER = replace(
    order(OrderStatus.DELIVERED), version=5, updated_at=MOMENTS[8], payment=PAYMENT, shipments=(PARCEL, NOT_LEFT)
)
TOTAL = Money(2080, "EUR")

SHOWN_PAYMENT = {
    "id": PAYMENT_ID,
    "status": "AUTHORISED",
    "amount": {"amount": 1999, "currency": "SEK"},
    "created_at": AT[2],
    "updated_at": AT[3],
}

SHOWN: dict[str, tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]] = {
    "a product": (
        views.product,
        (PRODUCT,),
        {
            "sku": "TEA-100",
            "name": "Earl Grey",
            "description": "Black",
            "category": "tea",
            "price": {"amount": 890, "currency": "EUR"},
            "created_at": AT[0],
            "updated_at": AT[1],
        },
    ),
    "its stock": (views.availability, (Stock("TEA-100", 9, 3),), {"sku": "TEA-100", "available": 9}),
    "an order": (
        views.order,
        (ORDER,),
        {
            "id": ORDER_ID,
            "status": "DELIVERED",
            "lines": [
                {
                    "sku": "TEA-100",
                    "name": "Earl Grey",
                    "quantity": 2,
                    "unit_price": {"amount": 890, "currency": "EUR"},
                    "total": {"amount": 1780, "currency": "EUR"},
                },
                {
                    "sku": "MUG-1",
                    "name": "Mug",
                    "quantity": 1,
                    "unit_price": {"amount": 300, "currency": "EUR"},
                    "total": {"amount": 300, "currency": "EUR"},
                },
            ],
            "total": {"amount": 2080, "currency": "EUR"},
            "placed_at": written(NOON),
            "updated_at": AT[8],
            "payment": SHOWN_PAYMENT,
            "shipments": [
                {
                    "carrier": "northway",
                    "tracking_number": "NW1",
                    "status": "DELIVERED",
                    "dispatched_at": AT[6],
                    "delivered_at": AT[7],
                }
            ],
        },
    ),
    "its payment": (views.payment, (PAYMENT,), SHOWN_PAYMENT),
    "an order in a list": (
        views.order_summary,
        (OrderSummary(ORDER_ID, OrderStatus.SHIPPED, 2, TOTAL, MOMENTS[0], MOMENTS[8]),),
        {
            "id": ORDER_ID,
            "status": "SHIPPED",
            "line_count": 2,
            "total": {"amount": 2080, "currency": "EUR"},
            "placed_at": AT[0],
            "updated_at": AT[8],
        },
    ),
    "an order in a partner's list": (
        views.order_reference,
        (OrderReference(ORDER_ID, 2, TOTAL, MOMENTS[9]),),
        {"id": ORDER_ID, "line_count": 2, "total": {"amount": 2080, "currency": "EUR"}, "placed_at": AT[9]},
    ),
    "its steps": (
        views.timeline,
        (
            ORDER_ID,
            [Step(Happened.PLACED, MOMENTS[0]), Step(Happened.CANCELLED, MOMENTS[1], "customer")],
        ),
        {
            "order_id": ORDER_ID,
            "steps": [
                {"happened": "PLACED", "at": AT[0]},
                {"happened": "CANCELLED", "at": AT[1], "reason": "customer"},
            ],
        },
    ),
    "a claim": (
        views.claim,
        (
            Claim(CLAIM_ID, ORDER_ID, "ann", Wrong.INCOMPLETE, MOMENTS[3]),
            "photographs",
        ),
        {
            "id": CLAIM_ID,
            "order_id": ORDER_ID,
            "reason": "INCOMPLETE",
            "opened_at": AT[3],
            "upload": {"bucket": "photographs", "prefix": f"claims/ann/{ORDER_ID}/{CLAIM_ID}/"},
        },
    ),
    "an import": (
        views.product_import,
        (
            ProductImport(
                "imp-1",
                123,
                ImportStatus.RUNNING,
                4,
                MOMENTS[1],
                MOMENTS[2],
                CAUSE,
                lines=9,
                progress=Progress(7, 99, 1, 2, 3, (Fault(5, Unlisted("/sku", "is missing")),)),
            ),
        ),
        {
            "id": "imp-1",
            "status": "RUNNING",
            "size": 123,
            "lines": {"total": 9, "done": 7, "created": 1, "replaced": 2, "rejected": 3},
            "errors": [{"line": 5, "pointer": "/sku", "detail": "is missing"}],
            "created_at": AT[1],
            "updated_at": AT[2],
        },
    ),
    "an import that has failed": (
        views.product_import,
        (
            ProductImport(
                "imp-2",
                123,
                ImportStatus.FAILED,
                2,
                MOMENTS[3],
                MOMENTS[4],
                CAUSE,
                failure=Failure.TOO_LARGE,
            ),
        ),
        {
            "id": "imp-2",
            "status": "FAILED",
            "size": 123,
            "lines": {"done": 0, "created": 0, "replaced": 0, "rejected": 0},
            "errors": [],
            "failure": "TOO_LARGE",
            "created_at": AT[3],
            "updated_at": AT[4],
        },
    ),
    "its upload": (
        views.upload,
        (Link("https://example.com/", {"If-None-Match": "*"}, MOMENTS[4]),),
        {"method": "PUT", "url": "https://example.com/", "headers": {"If-None-Match": "*"}, "expires_at": AT[4]},
    ),
    "what a partner has used": (
        views.usage,
        (
            Tier.PREMIUM,
            Limits(1, 2, 30),
            date(2026, 11, 23),
            Usage(7, 21),
        ),
        {
            "tier": "premium",
            "limits": {"per_second": 1, "burst": 2, "per_day": 30},
            "day": "2026-11-23",
            "used": 7,
            "remaining": 21,
        },
    ),
    "what a partner has not used": (
        views.usage,
        (
            Tier.BASIC,
            Limits(1, 2, 30),
            date(2026, 11, 24),
            None,
        ),
        {
            "tier": "basic",
            "limits": {"per_second": 1, "burst": 2, "per_day": 30},
            "day": "2026-11-24",
            "used": 0,
            "remaining": 30,
        },
    ),
    "a parcel": (views.parcel, (PARCEL,), {"tracking_number": "NW1", "status": "DELIVERED"}),
    "ways to send": (
        views.shipping_methods,
        ([ShippingMethod("standard", "Standard", NORTHWAY, Money(490, "EUR"), 2, 4)],),
        {
            "items": [
                {
                    "id": "standard",
                    "name": "Standard",
                    "carrier": {"id": "northway", "name": NORTHWAY.name},
                    "price": {"amount": 490, "currency": "EUR"},
                    "working_days": {"fastest": 2, "slowest": 4},
                }
            ]
        },
    ),
}


FEWEST = 15
OURS = {"customer_id", "owner", "subject", "reference", "receipt", "version", "entity", "PK", "SK"}


@pytest.mark.parametrize("thing", SHOWN)
def test_each_name_of_what_is_shown_has_its_own_value(thing: str) -> None:
    view, things, meant = SHOWN[thing]
    assert lacking(view(*things), meant) == []


@pytest.mark.parametrize("thing", SHOWN)
def test_what_is_ours_alone_is_shown_to_nobody(thing: str) -> None:
    """Also where somebody promises it: the provider's number, whose it is, how often it changed, what has not left."""
    view, things, _ = SHOWN[thing]
    shown = view(*things)
    assert names_in(shown) & OURS == set()
    assert [value for value in ("PSP-1", "NW2", ORDER.owner.id) if json.dumps(value) in json.dumps(shown)] == []


def names_in(shown: Any) -> set[str]:
    """Every name in what is shown, at any depth."""
    match shown:
        case dict():
            return set(shown).union(*map(names_in, shown.values()))
        case list():
            return set().union(*map(names_in, shown))
        case _:
            return set()


def lacking(shown: Any, meant: Any, at: str = "") -> list[str]:
    """Where what is shown is not as it is meant. It may hold more: a field that is new is for its own tests."""
    match meant, shown:
        case dict(), dict():
            found = [f"{at}/{name} is not there" for name in meant if name not in shown]
            pairs = ((shown[name], meant[name], f"{at}/{name}") for name in meant if name in shown)
            return [*found, *(each for pair in pairs for each in lacking(*pair))]
        case list(), list() if len(meant) == len(shown):
            return [
                each
                for at_, pair in enumerate(zip(shown, meant, strict=True))
                for each in lacking(*pair, f"{at}/{at_}")
            ]
        case _:
            return [] if shown == meant else [f"{at} is {shown!r}, and {meant!r} is meant"]


def test_what_is_not_as_it_is_meant_is_seen() -> None:
    meant = {"a": [{"b": 1, "c": 2}], "d": 3}
    assert lacking({"a": [{"b": 1, "c": 2, "new": 0}], "d": 3, "new": 0}, meant) == []
    assert lacking({"a": [{"b": 2, "c": 1}]}, meant) == [
        "/d is not there",
        "/a/0/b is 2, and 1 is meant",
        "/a/0/c is 1, and 2 is meant",
    ]
    assert lacking({"a": [], "d": 3}, meant) == ["/a is [], and [{'b': 1, 'c': 2}] is meant"]


def test_what_is_looked_at_can_be_shown() -> None:
    """What else can be has an operation, and that a test of its own."""
    public = {name for name, made in vars(views).items() if isinstance(made, FunctionType) and not name.startswith("_")}
    assert {view.__name__ for view, _, _ in SHOWN.values()} <= public
    assert len(SHOWN) >= FEWEST
