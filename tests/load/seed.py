"""Fills a stage through its own API, so that a release is rehearsed over data: `python -m tests.load.seed`.

Makes an ops user and two customers by the user pool's admin API, a partner and a carrier's machine as operators take
them on, twenty products with stock, a few orders of each customer and of the partner, and an import of products that
waits for its file. It may run again: products that are there stay, with what they say and their stock put right, and
there are more orders, one more partner and one more machine. Writes to `$SLIPWAY_SEED_OUT` what traffic may use:

    {"bearer": {"customer": [access token], "partner": [access token], "carrier": [access token],
                "getProductImport.customer": [the ops user's access token]},
     "keys": {"partnerKey": [its key]},
     "parameters": {"sku": [...], "id": [...], "category": [...], "getPartnerOrder.id": [...],
                    "getProductImport.id": [...], "getPayment.id": [...], "getPayment.payment_id": [...]},
     "bodies": {"placeOrder": [...], "placePartnerOrder": [...], "scanParcel": [...]},
     "people": [{"name": "seed-ann@example.com", "password": "...", "token": "..."}, ...]}

Everything in it belongs together, so that any token finds what any parameter names: the token and the orders are the
first customer's, a partner's orders and an operator's import are named for their operations alone, and the one payment
goes with its one order. The parcels are those of the partner's orders, which nobody cancels.
The file holds tokens, so only its owner may read it. Never meant for an AWS account's prod: prod's user pool has no
sign-in for users made like this.
"""

import argparse
import json
import os
import secrets
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from api.domain.carriers import NORTHWAY, SCAN
from api.domain.partners import Tier
from pipeline.operations.carriers import CarrierRegistrar
from pipeline.operations.registrar import Place, Registrar
from tests.support.carriers import CarrierSystem, scan_of
from tests.support.machines import token_of
from tests.support.masked import Masked
from tests.support.partners import PartnerSystem, signed_in
from tests.support.stage import Answer, Stage
from tests.support.users import OPS, Pool, PoolUnusable, admin, make_user, session, sign_in

CATEGORIES = ("coffee", "filters", "mugs", "tea")
PRODUCTS = tuple(
    {
        "sku": f"SEED-{category.upper()}-{number:02}",
        "name": f"{category.capitalize()} no. {number}",
        "description": f"Seeded: {category}, kind {number}.",
        "category": category,
        "price": {"amount": 250 + 130 * number, "currency": "EUR"},
    }
    for category in CATEGORIES
    for number in range(1, 6)
)
STOCK = 100_000
CUSTOMERS = ("seed-ann", "seed-ben")
ORDERS_EACH = 3
WORKERS = 4


class SeedFailed(Exception):
    """The stage did not take the data: says which request was answered how."""


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in, and is."""

    name: str
    password: Masked
    token: Masked

    def document(self) -> dict[str, str]:
        """For people who try the stage."""
        return {"name": self.name, "password": self.password.reveal(), "token": self.token.reveal()}


@dataclass(frozen=True)
class Ordered:
    """An order that was placed, and its payment; empty where an invoice pays."""

    id: str
    payment: str


@dataclass(frozen=True)
class Seeded:
    """What traffic may use from now on, and `people`, who can sign in.

    `token` is of the customer whose orders `orders` are; `partner_orders` are those of `partner`, and `carrier` brings
    them. `product_import` is one that `operator` asked for, and whose file nobody has uploaded.
    """

    people: tuple[Person, ...]
    token: Masked
    skus: tuple[str, ...]
    orders: tuple[Ordered, ...]
    partner: PartnerSystem
    partner_orders: tuple[Ordered, ...]
    carrier: CarrierSystem
    operator: Masked
    product_import: str

    def document(self) -> dict[str, Any]:
        """The JSON that the rehearsal's traffic reads."""
        return {
            "bearer": {
                "customer": [self.token.reveal()],
                "partner": [self.partner.access.reveal()],
                "carrier": [self.carrier.access.reveal()],
                "getProductImport.customer": [self.operator.reveal()],
            },
            "keys": {"partnerKey": [self.partner.key.reveal()]},
            "parameters": {
                "sku": list(self.skus),
                "category": list(CATEGORIES),
                "id": [order.id for order in self.orders],
                "getPartnerOrder.id": [order.id for order in self.partner_orders],
                "getProductImport.id": [self.product_import],
                "getPayment.id": [self.orders[0].id],
                "getPayment.payment_id": [self.orders[0].payment],
            },
            "bodies": {
                **{name: [order_of(sku) for sku in self.skus] for name in ("placeOrder", "placePartnerOrder")},
                "scanParcel": [scan_of(self.carrier.number(order.id), "IN_TRANSIT") for order in self.partner_orders],
            },
            "people": [person.document() for person in self.people],
        }


def order_of(sku: str, quantity: int = 1) -> dict[str, Any]:
    """The body of an order of one product."""
    return {"lines": [{"sku": sku, "quantity": quantity}]}


def seed(stage: Stage, pool: Pool, partner: PartnerSystem, carrier: CarrierSystem) -> Seeded:
    """Fill the stage and say what is there now. SeedFailed or PoolUnusable if it does not take it."""
    people = users(pool)
    ops, customer, *others = (person.token for person in people)
    skus = tuple(str(product["sku"]) for product in PRODUCTS)
    with ThreadPoolExecutor(WORKERS) as workers:
        list(workers.map(partial(put_on_sale, stage, ops), PRODUCTS))
        buyers = (
            *(partial(place, stage, token) for token in (customer, *others)),
            partial(place_as_partner, stage, partner),
        )
        placed = [workers.map(buy, skus[:ORDERS_EACH]) for buy in buyers]
        orders, *_, partner_orders = map(tuple, placed)
    asked = ask_for_import(stage, ops)
    return Seeded(people, customer, skus, orders, partner, partner_orders, carrier, ops, asked)


def partner_of(environ: Mapping[str, str]) -> PartnerSystem:
    """A new partner, which stays; PoolUnusable if it gets no token."""
    taken = Registrar(session(), Place.of(environ)).take_on(f"seed-{secrets.token_hex(4)}", Tier.ENTERPRISE)
    return signed_in(environ["SLIPWAY_TOKEN_URL"], "seed", taken)


def carrier_of(environ: Mapping[str, str]) -> CarrierSystem:
    """A new machine of a carrier's, which stays; PoolUnusable if it gets no token."""
    machine = CarrierRegistrar(session(), environ).take_on(NORTHWAY.id)
    access = token_of(environ["SLIPWAY_TOKEN_URL"], machine.client, machine.secret, [SCAN])
    return CarrierSystem(machine.carrier, access)


def users(pool: Pool) -> tuple[Person, ...]:
    """The ops user and the customers, signed in; they stay, for those who look at the stage later."""
    client = admin()
    groups: dict[str, str | None] = {"seed-ops": OPS, **dict.fromkeys(CUSTOMERS)}

    def person(name: str) -> Person:
        credentials = make_user(client, pool, f"{name}@example.com", groups[name])
        access = sign_in(client, pool, name, credentials).access
        return Person(credentials.username, credentials.password, access)

    with ThreadPoolExecutor(len(groups)) as workers:
        return tuple(workers.map(person, groups))


def put_on_sale(stage: Stage, ops: Masked, product: Mapping[str, Any]) -> None:
    """Add the product, or make one that is there what it was meant to be, and bring its stock up to STOCK."""
    sku = product["sku"]
    created = expect(stage.call("POST", "/v1/products", ops, body=product, key=secrets.token_hex(16)), 201, 409)
    path, available = f"/v1/products/{sku}", 0
    if created.status == 409:
        details = {name: value for name, value in product.items() if name != "sku"}
        expect(stage.call("PUT", path, ops, body=details, headers={"If-Match": "*"}), 200)
        available = expect(stage.call("GET", f"{path}/availability"), 200).json["available"]
    if available < STOCK:
        body = {"delta": STOCK - available, "reason": "seeded"}
        expect(stage.call("POST", f"{path}/stock-adjustments", ops, body=body, key=secrets.token_hex(16)), 200)


def place(stage: Stage, customer: Masked, sku: str, status: int = 201) -> Ordered:
    """Place a customer's order, which is answered with `status`."""
    key = secrets.token_hex(16)
    order = expect(stage.call("POST", "/v1/orders", customer, body=order_of(sku), key=key), status).json
    return Ordered(str(order["id"]), str(order["payment"]["id"]))


def place_as_partner(stage: Stage, partner: PartnerSystem, sku: str) -> Ordered:
    """Place a partner's order, which no payment goes with."""
    path, key = "/partner/v1/orders", secrets.token_hex(16)
    answer = stage.call("POST", path, partner.access, body=order_of(sku), key=key, headers=partner.headers)
    return Ordered(str(expect(answer, 201).json["id"]), "")


def ask_for_import(stage: Stage, ops: Masked) -> str:
    """Ask for an import of products, which waits for its file; its id."""
    answer = stage.call("POST", "/v1/product-imports", ops, body={"size": 1}, key=secrets.token_hex(16))
    return str(expect(answer, 202).json["id"])


def expect(answer: Answer, *statuses: int) -> Answer:
    """The answer, if its status is one of `statuses`; SeedFailed otherwise."""
    if answer.status not in statuses:
        text = answer.body[:500].decode(errors="replace")
        raise SeedFailed(f"the stage answered {answer.status}, expected {' or '.join(map(str, statuses))}: {text}")
    return answer


def write_privately(path: Path, document: Mapping[str, Any]) -> None:
    """Write the document by a rename, readable by its owner only."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(document, file)
    part.replace(path)


def main(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Exit code 0 when the stage is filled, 2 if the environment does not say which stage, 3 if it does not take it."""
    argparse.ArgumentParser(
        "scripts/seed",
        description="Fills the stage that the environment names with products, users and orders, through its own API.",
        epilog=f"The environment holds {', '.join(NEEDED)}: the stage's outputs, and the file that gets what traffic "
        "may use, tokens among it. `scripts/slipway up` and a rehearsal call this.",
    ).parse_args(arguments)
    missing = [name for name in NEEDED if not environ.get(name)]
    if missing:
        sys.stderr.write(f"seed: set {', '.join(missing)} (the stage's outputs, and where to write)\n")
        return 2
    try:
        stage, pool = Stage(environ["SLIPWAY_API_URL"]), Pool.of(environ)
        seeded = seed(stage, pool, partner_of(environ), carrier_of(environ))
    except (SeedFailed, PoolUnusable) as problem:
        sys.stderr.write(f"seed: {problem}\n")
        return 3
    write_privately(Path(environ["SLIPWAY_SEED_OUT"]), seeded.document())
    orders = ORDERS_EACH * (len(CUSTOMERS) + 1)
    sys.stdout.write(f"seeded {len(seeded.skus)} products and {orders} orders\n")
    return 0


NEEDED = (
    "SLIPWAY_API_URL",
    "SLIPWAY_USER_POOL_ID",
    "SLIPWAY_USER_POOL_CLIENT_ID",
    "SLIPWAY_TABLE_NAME",
    "SLIPWAY_USAGE_PLANS",
    "SLIPWAY_TOKEN_URL",
    "SLIPWAY_SEED_OUT",
)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
