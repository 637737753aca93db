"""Domain objects as JSON, property by property, so that nothing gets out that was not put here."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from api.domain.claims import Claim
from api.domain.events import Json
from api.domain.instants import written
from api.domain.model import Order, OrderLine, OrderReference, OrderSummary, Product, Stock
from api.domain.money import Money
from api.domain.partners import Limits, Tier, Usage
from api.domain.payment import Payment
from api.domain.shipment import Shipment, ShipmentStatus
from api.domain.timeline import Step

if TYPE_CHECKING:
    from api.domain.product_imports import Fault, Link, ProductImport
    from api.domain.shipping_methods import ShippingMethod

type Object = dict[str, Json]


def money(amount: Money) -> Object:
    """Price or Total."""
    return {"amount": amount.amount, "currency": amount.currency}


def product(product: Product) -> Object:
    """Product."""
    return {
        "sku": product.sku,
        "name": product.details.name,
        "description": product.details.description,
        "category": product.details.category,
        "price": money(product.details.price),
        "created_at": written(product.created_at),
        "updated_at": written(product.updated_at),
    }


def availability(stock: Stock) -> Object:
    """Availability."""
    return {"sku": stock.sku, "available": stock.available}


def order(order: Order) -> Object:
    """Order. Its owner is the reader, so it does not say who. What has not left yet is not shown."""
    sent = [each for each in order.shipments if each.status is not ShipmentStatus.REQUESTED]
    return {
        "id": order.id,
        "status": order.status.value,
        "lines": [_line(line) for line in order.lines],
        "total": money(order.total),
        "placed_at": written(order.placed_at),
        "updated_at": written(order.updated_at),
        **({} if order.payment is None else {"payment": payment(order.payment)}),
        "shipments": [_shipment(each) for each in sent],
    }


def payment(payment: Payment) -> Object:
    """Payment. The provider's number for it is ours alone."""
    return {
        "id": payment.id,
        "status": payment.status.value,
        "amount": money(payment.amount),
        "created_at": written(payment.created_at),
        "updated_at": written(payment.updated_at),
    }


def order_summary(summary: OrderSummary) -> Object:
    """OrderSummary."""
    return {
        "id": summary.id,
        "status": summary.status.value,
        "line_count": summary.line_count,
        "total": money(summary.total),
        "placed_at": written(summary.placed_at),
        "updated_at": written(summary.updated_at),
    }


def timeline(order_id: str, steps: Sequence[Step]) -> Object:
    """Timeline."""
    return {"order_id": order_id, "steps": [_step(step) for step in steps]}


def claim(claim: Claim, bucket: str) -> Object:
    """Claim, with the place in S3 that its photographs belong to."""
    return {
        "id": claim.id,
        "order_id": claim.order_id,
        "reason": claim.reason.value,
        "opened_at": written(claim.opened_at),
        "upload": {"bucket": bucket, "prefix": claim.folder},
    }


def product_import(asked: "ProductImport") -> Object:
    """ProductImport."""
    done = asked.progress
    return {
        "id": asked.id,
        "status": asked.status.value,
        "size": asked.size,
        "lines": {
            **({} if asked.lines is None else {"total": asked.lines}),
            "done": done.lines,
            "created": done.created,
            "replaced": done.replaced,
            "rejected": done.rejected,
        },
        "errors": [_fault(fault) for fault in done.faults],
        **({} if asked.failure is None else {"failure": asked.failure.value}),
        "created_at": written(asked.created_at),
        "updated_at": written(asked.updated_at),
    }


def upload(link: "Link") -> Object:
    """Upload."""
    headers: Object = dict(link.headers)
    return {"method": "PUT", "url": link.url, "headers": headers, "expires_at": written(link.expires_at)}


def order_reference(reference: OrderReference) -> Object:
    """PartnerOrder."""
    return {
        "id": reference.id,
        "line_count": reference.line_count,
        "total": money(reference.total),
        "placed_at": written(reference.placed_at),
    }


def usage(tier: Tier, limits: Limits, day: date, counted: Usage | None) -> Object:
    """PartnerUsage. Nothing counted yet is nothing used."""
    return {
        "tier": tier.value,
        "limits": {"per_second": limits.per_second, "burst": limits.burst, "per_day": limits.per_day},
        "day": day.isoformat(),
        "used": 0 if counted is None else counted.used,
        "remaining": limits.per_day if counted is None else counted.remaining,
    }


def parcel(shipment: Shipment) -> Object:
    """Parcel."""
    return {"tracking_number": shipment.tracking_number, "status": shipment.status.value}


def shipping_methods(methods: "Sequence[ShippingMethod]") -> Object:
    """ShippingMethods."""
    return {"items": [_shipping_method(each) for each in methods]}


def page(items: list[Json], next_cursor: str | None) -> Object:
    """ProductPage, OrderPage or PartnerOrderPage."""
    return {"items": items} if next_cursor is None else {"items": items, "next_cursor": next_cursor}


def _step(step: Step) -> Json:
    reason: Object = {} if step.reason is None else {"reason": step.reason}
    return {"happened": step.happened.value, "at": written(step.at), **reason}


def _shipment(shipment: Shipment) -> Json:
    times = {"dispatched_at": shipment.dispatched_at, "delivered_at": shipment.delivered_at}
    return {
        "carrier": shipment.carrier,
        **parcel(shipment),
        **{name: written(moment) for name, moment in times.items() if moment is not None},
    }


def _shipping_method(method: "ShippingMethod") -> Json:
    return {
        "id": method.id,
        "name": method.name,
        "carrier": {"id": method.carrier.id, "name": method.carrier.name},
        "price": money(method.price),
        "working_days": {"fastest": method.fastest, "slowest": method.slowest},
    }


def _fault(fault: "Fault") -> Json:
    return {"line": fault.number, "pointer": fault.wrong.pointer, "detail": fault.wrong.detail}


def _line(line: OrderLine) -> Json:
    return {
        "sku": line.sku,
        "name": line.name,
        "quantity": line.quantity,
        "unit_price": money(line.unit_price),
        "total": money(line.total),
    }
